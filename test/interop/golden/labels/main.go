// Golden labels of app images, and the analyzed.toml that one of them becomes again.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/buildpacks/lifecycle/api"
	"github.com/buildpacks/lifecycle/buildpack"
	"github.com/buildpacks/lifecycle/log"
	"github.com/buildpacks/lifecycle/platform/files"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/labels.json ../labels.golden.json

// One of these.
type labelCase struct {
	// Lines of config/metadata.toml, which become the label io.buildpacks.build.metadata.
	Build []string `json:"build"`
	// Lines of a layer's TOML, which become a part of the label io.buildpacks.lifecycle.metadata.
	Layer []string `json:"layer"`
	// A label io.buildpacks.lifecycle.metadata, which is written again and becomes a part of analyzed.toml.
	Lifecycle json.RawMessage `json:"lifecycle"`
}

func main() {
	cases.Generate(func(given labelCase) (any, error) {
		switch {
		case given.Build != nil:
			return inFile(given.Build, buildLabel)
		case given.Layer != nil:
			return inFile(given.Layer, layerLabel)
		default:
			return lifecycleLabel(given.Lifecycle)
		}
	})
}

func buildLabel(path string) (any, error) {
	metadata, err := files.Handler.ReadBuildMetadata(path, api.MustParse("0.15"))
	if err != nil {
		return nil, err
	}
	metadata.Launcher = files.LauncherMetadata{Version: "1.2.3"}
	return label(metadata)
}

func layerLabel(path string) (any, error) {
	layer, err := buildpack.DecodeLayerMetadataFile(path, "0.12", log.NewDefaultLogger(os.Stderr))
	if err != nil {
		return nil, err
	}
	return label(buildpack.LayerMetadata{SHA: "sha256:a", LayerMetadataFile: layer})
}

func lifecycleLabel(text json.RawMessage) (any, error) {
	var metadata files.LayersMetadata
	if err := json.Unmarshal(text, &metadata); err != nil {
		return nil, err
	}
	again, err := label(metadata)
	if err != nil {
		return nil, err
	}
	var written bytes.Buffer
	err = toml.NewEncoder(&written).Encode(files.Analyzed{LayersMetadata: metadata})
	return map[string]any{"label": again, "analyzed": strings.Split(written.String(), "\n")}, err
}

// As the exporter makes a label of a value.
func label(value any) (any, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

func inFile(lines []string, use func(path string) (any, error)) (any, error) {
	folder, err := os.MkdirTemp("", "labels-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "given.toml")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		return nil, err
	}
	return use(path)
}
