// Golden starts of apps: what the lifecycle's launcher starts, where, with which arguments and in which environment.
package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/buildpacks/lifecycle/cmd"
	"github.com/buildpacks/lifecycle/cmd/launcher/cli"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/launcher.json ../launcher.golden.json

// Under the name of a process this program is the launcher, as its own main function is.
func main() {
	if strings.Contains(os.Args[0], "/cnb/process/") {
		cmd.Exit(cli.RunLaunch())
	}
	cases.Generate(func(given launchCase) (any, error) {
		place, err := os.MkdirTemp("", "launcher-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(place)
		if place, err = filepath.EvalSymlinks(place); err != nil {
			return nil, err
		}
		return given.start(place)
	})
}
