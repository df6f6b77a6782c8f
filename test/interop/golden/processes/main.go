// Golden layers of process types: the links by whose names the launcher knows what to start.
package main

import (
	"os"

	"github.com/buildpacks/lifecycle/launch"
	"github.com/buildpacks/lifecycle/layers"
	"github.com/buildpacks/lifecycle/log"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/processes.json ../processes.golden.json

func main() {
	cases.Generate(func(types []string) (any, error) {
		temp, err := os.MkdirTemp("", "processes-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(temp)
		var metadata launch.Metadata
		for _, name := range types {
			metadata.Processes = append(metadata.Processes, launch.Process{Type: name})
		}
		factory := layers.Factory{ArtifactsDir: temp, Logger: log.NewDefaultLogger(os.Stderr)}
		layer, err := factory.ProcessTypesLayer(metadata)
		if err != nil {
			return nil, err
		}
		written, err := os.ReadFile(layer.TarPath)
		if err != nil {
			return nil, err
		}
		return cases.Describe(written)
	})
}
