// Golden layers of an app, as the lifecycle divides it into slices and a remainder.
package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/buildpacks/lifecycle/layers"
	"github.com/buildpacks/lifecycle/log"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/slices.json ../slices.golden.json

type sliceCase struct {
	// What stands in /workspace; that folder itself is 0755 and all is owned by 1001:1000.
	Tree []string `json:"tree"`
	// Patterns of each slice.
	Slices [][]string `json:"slices"`
}

func main() {
	syscall.Umask(0)
	cases.Generate(func(given sliceCase) (any, error) {
		temp, err := os.MkdirTemp("", "slices-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(temp)
		root := filepath.Join(temp, "root")
		app := filepath.Join(root, "workspace")
		if err := os.MkdirAll(app, 0o755); err != nil {
			return nil, err
		}
		if err := cases.WriteTree(app, given.Tree); err != nil {
			return nil, err
		}
		return divide(temp, root, app, given.Slices)
	})
}

// The layers, or the word `refused`.
func divide(temp, root, app string, patterns [][]string) (any, error) {
	var slices []layers.Slice
	for _, paths := range patterns {
		slices = append(slices, layers.Slice{Paths: paths})
	}
	factory := layers.Factory{ArtifactsDir: temp, UID: 1001, GID: 1000, Logger: log.NewDefaultLogger(os.Stderr)}
	made, err := factory.SliceLayers(app, slices)
	if errors.Is(err, filepath.ErrBadPattern) {
		return "refused", nil
	}
	if err != nil {
		return nil, err
	}
	var results []cases.Archive
	for _, layer := range made {
		written, err := os.ReadFile(layer.TarPath)
		if err != nil {
			return nil, err
		}
		moved, err := cases.Move(written, root, nil)
		if err != nil {
			return nil, err
		}
		described, err := cases.Describe(moved)
		if err != nil {
			return nil, err
		}
		results = append(results, described)
	}
	return results, nil
}
