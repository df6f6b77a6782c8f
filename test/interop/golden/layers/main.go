// Golden layers of folders, as the lifecycle makes them of the layers of buildpacks.
package main

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/buildpacks/lifecycle/layers"
	"github.com/buildpacks/lifecycle/log"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/layers.json ../layers.golden.json

type layerCase struct {
	// Path of the folder in the image.
	At string `json:"at"`
	// Folders above it that are not 0755 and root's.
	Parents []cases.Parent `json:"parents"`
	// User and group.
	Owner [2]int   `json:"owner"`
	Tree  []string `json:"tree"`
}

func main() {
	syscall.Umask(0)
	cases.Generate(func(given layerCase) (any, error) {
		temp, err := os.MkdirTemp("", "layers-")
		if err != nil {
			return nil, err
		}
		defer removeAll(temp)
		at, err := cases.Name(given.At)
		if err != nil {
			return nil, err
		}
		root := filepath.Join(temp, "root")
		parents := parentsOf(at, given.Parents)
		if err := layOut(root, at, parents, given.Tree); err != nil {
			return nil, err
		}
		factory := layers.Factory{ArtifactsDir: temp, UID: given.Owner[0], GID: given.Owner[1], Logger: log.NewDefaultLogger(os.Stderr)}
		layer, err := factory.DirLayer("layer", filepath.Join(root, at), "")
		if err != nil {
			return nil, err
		}
		written, err := os.ReadFile(layer.TarPath)
		if err != nil {
			return nil, err
		}
		moved, err := cases.Move(written, root, parents)
		if err != nil {
			return nil, err
		}
		return cases.Describe(moved)
	})
}

func parentsOf(path string, given []cases.Parent) []cases.Parent {
	above := filepath.Dir(path)
	if above == "/" {
		return nil
	}
	parent := cases.Parent{Path: above, Mode: "0755"}
	for _, one := range given {
		if one.Path == above {
			parent = one
		}
	}
	return append(parentsOf(above, given), parent)
}

func layOut(root, at string, parents []cases.Parent, tree []string) error {
	folder := filepath.Join(root, at)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := cases.WriteTree(folder, tree); err != nil {
		return err
	}
	return setModes(root, parents)
}

func setModes(root string, parents []cases.Parent) error {
	for _, parent := range parents {
		mode, err := strconv.ParseUint(parent.Mode, 8, 32)
		if err != nil {
			return err
		}
		if err := os.Chmod(filepath.Join(root, parent.Path), os.FileMode(mode)); err != nil {
			return err
		}
	}
	return nil
}

// Folders may forbid that something is removed from them.
func removeAll(folder string) {
	_ = filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return nil
	})
	os.RemoveAll(folder)
}
