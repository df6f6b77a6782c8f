// Golden outputs: what the lifecycle reads of the files that a buildpack leaves, by its Buildpack API.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/buildpacks/lifecycle/buildpack"
	"github.com/buildpacks/lifecycle/cmd"
	"github.com/buildpacks/lifecycle/env"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/outputs.json ../outputs.golden.json

type outputCase struct {
	Api string `json:"api"`
	// Media types of SBOM documents that the buildpack declares.
	SbomFormats []string `json:"sbomFormats"`
	// Names that it is asked for.
	Plan []string `json:"plan"`
	// Lines of the files that it leaves below its layers folder; a path that ends in `/` is a folder.
	Files map[string][]string `json:"files"`
}

type process struct {
	Type       string   `json:"type"`
	Command    []string `json:"command"`
	Args       []string `json:"args"`
	Direct     bool     `json:"direct"`
	Default    bool     `json:"default"`
	WorkingDir string   `json:"workingDir"`
	ExecEnv    []string `json:"execEnv"`
}

type outputs struct {
	Processes []process         `json:"processes"`
	Labels    map[string]string `json:"labels"`
	Slices    [][]string        `json:"slices"`
	// Names of the plan that count as met.
	Met []string `json:"met"`
	// Folders below the layers folder afterwards.
	Folders []string `json:"folders"`
}

func main() {
	_ = cmd.DefaultLogger.SetLevel("error")
	cases.Generate(func(given outputCase) (any, error) {
		place, err := os.MkdirTemp("", "outputs-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(place)
		return given.read(place)
	})
}

// What is read, or the word `refused`.
func (c outputCase) read(place string) (any, error) {
	given := map[string]string{}
	for path, lines := range c.Files {
		given[path] = strings.Join(lines, "\n")
	}
	dir := filepath.Join(place, "buildpack")
	formats := "\"" + strings.Join(c.SbomFormats, "\", \"") + "\""
	if c.SbomFormats == nil {
		formats = ""
	}
	contents := map[string]string{
		"buildpack.toml": fmt.Sprintf("api = %q\n[buildpack]\nid = \"example/probe\"\nversion = \"1\"\nsbom-formats = [%s]\n", c.Api, formats),
		"bin/build":      "#!/bin/sh\ncp -R " + place + "/given/. \"$1\"\n",
	}
	for folder, files := range map[string]map[string]string{dir: contents, filepath.Join(place, "given"): given} {
		if err := cases.WriteFiles(folder, files); err != nil {
			return nil, err
		}
	}
	bp, err := buildpack.ReadBpDescriptor(filepath.Join(dir, "buildpack.toml"))
	if err != nil {
		return nil, err
	}
	var plan buildpack.Plan
	for _, name := range c.Plan {
		plan.Entries = append(plan.Entries, buildpack.Require{Name: name})
	}
	built, err := (&buildpack.DefaultBuildExecutor{}).Build(*bp, buildpack.BuildInputs{
		AppDir: place, LayersDir: filepath.Join(place, "layers"), Env: env.NewBuildEnv(nil), Out: os.Stderr, Err: os.Stderr, Plan: plan,
	}, cmd.DefaultLogger)
	if err != nil {
		return "refused", nil
	}
	folders, err := foldersOf(filepath.Join(place, "layers", "example_probe"))
	return plain(built, folders), err
}

func plain(built buildpack.BuildOutputs, folders []string) outputs {
	read := outputs{Processes: []process{}, Labels: map[string]string{}, Slices: [][]string{}, Met: []string{}, Folders: folders}
	for _, one := range built.Processes {
		read.Processes = append(read.Processes, process{
			one.Type, one.Command.Entries, one.Args, one.Direct, one.Default, one.WorkingDirectory, one.ExecEnv,
		})
	}
	for _, label := range built.Labels {
		read.Labels[label.Key] = label.Value
	}
	for _, slice := range built.Slices {
		read.Slices = append(read.Slices, slice.Paths)
	}
	read.Met = append(read.Met, built.MetRequires...)
	return read
}

func foldersOf(place string) ([]string, error) {
	names := []string{}
	entries, err := os.ReadDir(place)
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names, err
}
