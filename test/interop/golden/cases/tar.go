package cases

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
)

// Archive is a golden tar archive: all of it as a digest, and its headers so that a difference can be read.
type Archive struct {
	Sha256  string   `json:"sha256"`
	Headers []string `json:"headers"`
}

const block = 512

// Describe reads an archive block by block. Bodies over 8 GiB do not occur.
func Describe(archive []byte) (Archive, error) {
	sum := sha256.Sum256(archive)
	described := Archive{Sha256: hex.EncodeToString(sum[:]), Headers: []string{}}
	for at := 0; archive[at] != 0; {
		var size int
		if _, err := fmt.Sscanf(string(archive[at+124:at+135]), "%o", &size); err != nil {
			return Archive{}, err
		}
		body := (size + block - 1) / block * block
		header := archive[at : at+block]
		if archive[at+156] == tar.TypeXHeader {
			header = archive[at : at+block+body]
		}
		described.Headers = append(described.Headers, HeaderText(header))
		at += block + body
	}
	return described, nil
}

var zeros = regexp.MustCompile("\x00+")

// HeaderText is a header as text: each byte is a character, each run of zeros is one `␀`.
func HeaderText(header []byte) string {
	var text []rune
	for _, value := range header {
		text = append(text, rune(value))
	}
	return zeros.ReplaceAllString(string(text), "␀")
}
