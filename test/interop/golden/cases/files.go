package cases

import (
	"os"
	"path/filepath"
	"strings"
)

// WriteFiles makes a folder with files by path. A path that ends in `/` is a folder, a content that begins with `-> ` a
// symbolic link, one that begins with `#!` a program.
func WriteFiles(folder string, files map[string]string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for path, content := range files {
		if err := writeFile(filepath.Join(folder, path), strings.HasSuffix(path, "/"), content); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, isFolder bool, content string) error {
	if isFolder {
		return os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if target, isLink := strings.CutPrefix(content, "-> "); isLink {
		return os.Symlink(target, path)
	}
	if strings.HasPrefix(content, "#!") {
		return os.WriteFile(path, []byte(content), 0o755)
	}
	return os.WriteFile(path, []byte(content), 0o644)
}
