// Golden tar archives as Go's archive/tar writes them, header by header.
package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"strconv"
	"time"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/archives.json ../archives.golden.json

type archiveCase struct {
	Entries []entry `json:"entries"`
	// The bodies are too large to be written: only headers are compared.
	HeadersOnly bool `json:"headersOnly"`
}

// What an entry leaves out has a value: see withDefaults.
type entry struct {
	Path  string `json:"path"`
	Type  string `json:"type"`
	Mode  string `json:"mode"`
	Uid   *int   `json:"uid"`
	Gid   *int   `json:"gid"`
	Size  int64  `json:"size"`
	Mtime *int64 `json:"mtime"`
	Link  string `json:"link"`
}

var typeFlags = map[string]byte{
	"":          tar.TypeReg,
	"file":      tar.TypeReg,
	"directory": tar.TypeDir,
	"symlink":   tar.TypeSymlink,
	"hardlink":  tar.TypeLink,
	"character": tar.TypeChar,
	"block":     tar.TypeBlock,
	"fifo":      tar.TypeFifo,
}

func main() {
	cases.Generate(func(given archiveCase) (any, error) {
		if given.HeadersOnly {
			return headersOnly(given.Entries)
		}
		var archive bytes.Buffer
		writer := tar.NewWriter(&archive)
		for _, one := range given.Entries {
			header, err := one.header()
			if err != nil {
				return nil, err
			}
			if err := writer.WriteHeader(header); err != nil {
				return nil, err
			}
			if _, err := writer.Write(cases.Content(header.Size)); err != nil {
				return nil, err
			}
		}
		if err := writer.Close(); err != nil {
			return nil, err
		}
		return cases.Describe(archive.Bytes())
	})
}

func headersOnly(entries []entry) (any, error) {
	headers := []string{}
	for _, one := range entries {
		header, err := one.header()
		if err != nil {
			return nil, err
		}
		var archive bytes.Buffer
		if err := tar.NewWriter(&archive).WriteHeader(header); err != nil {
			return nil, err
		}
		headers = append(headers, cases.HeaderText(archive.Bytes()))
	}
	return map[string][]string{"headers": headers}, nil
}

func (e entry) header() (*tar.Header, error) {
	path, err := cases.Name(e.Path)
	if err != nil {
		return nil, err
	}
	link, err := cases.Name(e.Link)
	if err != nil {
		return nil, err
	}
	flag, isKnown := typeFlags[e.Type]
	if !isKnown {
		return nil, fmt.Errorf("no such type: %s", e.Type)
	}
	mode := int64(0o644)
	if e.Mode != "" {
		if mode, err = strconv.ParseInt(e.Mode, 8, 64); err != nil {
			return nil, err
		}
	}
	return &tar.Header{
		Name:     path,
		Typeflag: flag,
		Mode:     mode,
		Uid:      valueOr(e.Uid, 1001),
		Gid:      valueOr(e.Gid, 1000),
		Size:     e.Size,
		ModTime:  time.Unix(valueOr(e.Mtime, 315532801), 0),
		Linkname: link,
	}, nil
}

func valueOr[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}
