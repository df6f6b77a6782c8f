// A buildpack as Paketo's are: one program, linked as `detect` and `build`, over their library packit.
package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/paketo-buildpacks/packit/v2"
	"github.com/paketo-buildpacks/packit/v2/fs"
	"github.com/paketo-buildpacks/packit/v2/scribe"
)

const layerName = "message"

func main() {
	packit.Run(detect, build)
}

func detect(context packit.DetectContext) (packit.DetectResult, error) {
	exists, err := fs.Exists(filepath.Join(context.WorkingDir, "message.txt"))
	if err != nil {
		return packit.DetectResult{}, err
	}
	if !exists {
		return packit.DetectResult{}, packit.Fail.WithMessage("no message.txt")
	}
	return packit.DetectResult{Plan: packit.BuildPlan{
		Provides: []packit.BuildPlanProvision{{Name: layerName}},
		Requires: []packit.BuildPlanRequirement{{Name: layerName, Metadata: map[string]any{"launch": true}}},
	}}, nil
}

func build(context packit.BuildContext) (packit.BuildResult, error) {
	logs := scribe.NewEmitter(os.Stdout)
	logs.Title("%s %s", context.BuildpackInfo.Name, context.BuildpackInfo.Version)
	text, err := os.ReadFile(filepath.Join(context.WorkingDir, "message.txt"))
	if err != nil {
		return packit.BuildResult{}, err
	}
	message := strings.TrimSpace(string(text))
	layer, err := context.Layers.Get(layerName)
	if err != nil {
		return packit.BuildResult{}, err
	}
	if kept, ok := layer.Metadata["message"].(string); ok && kept == message {
		logs.Process("Reusing cached layer %s", layer.Path)
	} else {
		logs.Process("Executing build process")
		layer, err = layer.Reset()
		if err != nil {
			return packit.BuildResult{}, err
		}
		layer.SharedEnv.Default("MESSAGE", message)
		layer.Metadata = map[string]any{"message": message}
	}
	layer.Launch, layer.Build, layer.Cache = true, true, true
	logs.EnvironmentVariables(layer)
	process := packit.Process{Type: "web", Command: "printenv", Args: []string{"MESSAGE"}, Default: true, Direct: true}
	logs.LaunchProcesses([]packit.Process{process})
	return packit.BuildResult{
		Layers: []packit.Layer{layer},
		Launch: packit.LaunchMetadata{Processes: []packit.Process{process}},
	}, nil
}
