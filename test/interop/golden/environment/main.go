// Golden environments of buildpacks: what the lifecycle makes of its own, of layers, of the platform and of the builder.
package main

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/buildpacks/lifecycle/env"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/environment.json ../environment.golden.json

type envCase struct {
	// The lifecycle's own environment.
	Own map[string]string `json:"own"`
	// Files of build layers below /layers/buildpack, by path; a path that ends in `/` is a folder.
	Layers map[string]string `json:"layers"`
	// Files of <platform>/env.
	Platform map[string]string `json:"platform"`
	// Files of <build-config>/env.
	BuildConfig map[string]string `json:"buildConfig"`
}

func main() {
	cases.Generate(func(given envCase) (any, error) {
		root, err := os.MkdirTemp("", "environment-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(root)
		folders := map[string]map[string]string{
			"layers/buildpack": given.Layers,
			"platform/env":     given.Platform,
			"build-config/env": given.BuildConfig,
		}
		for folder, files := range folders {
			if err := cases.WriteFiles(filepath.Join(root, folder), files); err != nil {
				return nil, err
			}
		}
		lines, err := environment(root, given.Own)
		return parse(lines, root), err
	})
}

// As phase.Builder and buildpack.BuildExecutor go about it.
func environment(root string, own map[string]string) ([]string, error) {
	var lines []string
	for name, value := range own {
		lines = append(lines, name+"="+value)
	}
	variables := env.NewBuildEnv(lines)
	buildpack := filepath.Join(root, "layers/buildpack")
	entries, err := os.ReadDir(buildpack)
	if err != nil {
		return nil, err
	}
	for _, layer := range entries {
		folder := filepath.Join(buildpack, layer.Name())
		if err := variables.AddRootDir(folder); err != nil {
			return nil, err
		}
		for _, name := range []string{"env", "env.build"} {
			if err := variables.AddEnvDir(filepath.Join(folder, name), env.DefaultActionType(nil)); err != nil {
				return nil, err
			}
		}
	}
	return variables.WithOverrides(filepath.Join(root, "platform"), filepath.Join(root, "build-config"))
}

func parse(lines []string, root string) map[string]string {
	sort.Strings(lines)
	variables := map[string]string{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, "=")
		variables[name] = strings.ReplaceAll(value, root, "")
	}
	return variables
}
