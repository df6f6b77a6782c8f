package cases

import (
	"archive/tar"
	"bytes"
	"io"
	"strings"
)

// Parent is a folder above a layer's own, with what the layer says of it.
type Parent struct {
	Path string `json:"path"`
	Mode string `json:"mode"`
	Uid  int    `json:"uid"`
	Gid  int    `json:"gid"`
}

// Move takes the folder in which everything was laid out out of the names of an archive that the lifecycle wrote, and leaves
// out the folders above it. Parents get the owners that are wanted: an ordinary user cannot give a folder away.
func Move(archive []byte, root string, parents []Parent) ([]byte, error) {
	owners := map[string]Parent{}
	for _, parent := range parents {
		owners[parent.Path] = parent
	}
	var moved bytes.Buffer
	writer := tar.NewWriter(&moved)
	reader := tar.NewReader(bytes.NewReader(archive))
	for {
		header, err := reader.Next()
		if err == io.EOF {
			err = writer.Close()
			return moved.Bytes(), err
		}
		if err != nil {
			return nil, err
		}
		name, isBelow := strings.CutPrefix(header.Name, root)
		if !isBelow || name == "" || name == "/" {
			continue
		}
		header.Name = name
		header.Format = tar.FormatUnknown
		header.PAXRecords = nil
		if parent, isParent := owners[strings.TrimSuffix(name, "/")]; isParent {
			header.Uid, header.Gid = parent.Uid, parent.Gid
		}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := io.Copy(writer, reader); err != nil {
			return nil, err
		}
	}
}
