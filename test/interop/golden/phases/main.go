// Golden phases: the arguments, the folder and the environment that the lifecycle starts a buildpack with, by its Buildpack API.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/buildpacks/lifecycle/buildpack"
	"github.com/buildpacks/lifecycle/cmd"
	"github.com/buildpacks/lifecycle/env"
	"github.com/buildpacks/lifecycle/platform"
	"github.com/buildpacks/lifecycle/platform/files"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/phases.json ../phases.golden.json

type phaseCase struct {
	Api      string `json:"api"`
	ClearEnv bool   `json:"clearEnv"`
	// The lifecycle's own environment, files of <platform>/env and of <build-config>/env.
	Own         map[string]string `json:"own"`
	Platform    map[string]string `json:"platform"`
	BuildConfig map[string]string `json:"buildConfig"`
	// System, architecture, variant, and name and version of the distribution of the run image.
	Run []string `json:"run"`
}

type started struct {
	Args   []string          `json:"args"`
	Folder string            `json:"folder"`
	Env    map[string]string `json:"env"`
}

// A buildpack that writes down how it was started.
const probe = `#!/bin/sh
{ pwd -P; printf '%s\0' "$#" "$@"; cat /proc/$$/environ; } > PLACE/started
`

func main() {
	_ = cmd.DefaultLogger.SetLevel("error")
	cases.Generate(func(given phaseCase) (any, error) {
		place, err := os.MkdirTemp("", "phases-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(place)
		if place, err = filepath.EvalSymlinks(place); err != nil {
			return nil, err
		}
		return given.run(place)
	})
}

func (c phaseCase) run(place string) (any, error) {
	dir := filepath.Join(place, "cnb/buildpacks/example_probe/1.0.0")
	descriptor := fmt.Sprintf("api = %q\n[buildpack]\nid = \"example/probe\"\nversion = \"1.0.0\"\nclear-env = %v\n", c.Api, c.ClearEnv)
	script := strings.ReplaceAll(probe, "PLACE", place)
	folders := map[string]map[string]string{
		dir:                                      {"buildpack.toml": descriptor, "bin/detect": script, "bin/build": script},
		filepath.Join(place, "platform/env"):     c.Platform,
		filepath.Join(place, "build-config/env"): c.BuildConfig,
		filepath.Join(place, "workspace"):        {},
		filepath.Join(place, "layers"):           {},
	}
	for folder, contents := range folders {
		if err := cases.WriteFiles(folder, contents); err != nil {
			return nil, err
		}
	}
	bp, err := buildpack.ReadBpDescriptor(filepath.Join(dir, "buildpack.toml"))
	if err != nil {
		return nil, err
	}
	run := append(c.Run, "", "", "", "")[:5]
	target := platform.EnvVarsFor(nil, files.TargetMetadata{
		OS: run[0], Arch: run[1], ArchVariant: run[2], Distro: &files.OSDistro{Name: run[3], Version: run[4]},
	}, cmd.DefaultLogger)
	var own []string
	for name, value := range c.Own {
		own = append(own, name+"="+value)
	}
	at := func(name string) string { return filepath.Join(place, name) }
	answer := (&buildpack.DefaultDetectExecutor{}).Detect(bp, buildpack.DetectInputs{
		AppDir: at("workspace"), BuildConfigDir: at("build-config"), PlatformDir: at("platform"),
		Env: env.NewBuildEnv(own), TargetEnv: target, ExecEnv: "production",
	}, cmd.DefaultLogger)
	if answer.Err != nil || answer.Code != 0 {
		return nil, fmt.Errorf("detect: %d, %w", answer.Code, answer.Err)
	}
	detect, err := parse(place)
	if err != nil {
		return nil, err
	}
	if _, err := (&buildpack.DefaultBuildExecutor{}).Build(*bp, buildpack.BuildInputs{
		AppDir: at("workspace"), BuildConfigDir: at("build-config"), PlatformDir: at("platform"), LayersDir: at("layers"),
		Env: env.NewBuildEnv(own), TargetEnv: target, ExecEnv: "production", Out: os.Stderr, Err: os.Stderr,
	}, cmd.DefaultLogger); err != nil {
		return nil, err
	}
	build, err := parse(place)
	return map[string]any{"detect": detect, "build": build}, err
}

// With the paths of an image, and plans by their names alone.
func parse(place string) (any, error) {
	bytes, err := os.ReadFile(filepath.Join(place, "started"))
	if err != nil {
		return nil, err
	}
	folder, rest, _ := strings.Cut(strings.ReplaceAll(string(bytes), place, ""), "\n")
	words := strings.Split(strings.TrimSuffix(rest, "\x00"), "\x00")
	var count int
	if _, err := fmt.Sscan(words[0], &count); err != nil {
		return nil, err
	}
	variables := map[string]string{}
	for _, line := range words[1+count:] {
		name, value, _ := strings.Cut(line, "=")
		variables[name] = plan(value)
	}
	args := []string{}
	for _, arg := range words[1 : 1+count] {
		args = append(args, plan(arg))
	}
	return started{args, folder, variables}, nil
}

func plan(path string) string {
	if filepath.Base(path) == "plan.toml" {
		return "plan.toml"
	}
	return path
}
