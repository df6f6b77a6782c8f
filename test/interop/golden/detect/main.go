// Golden detection: which group of an order is taken, with composite buildpacks, targets and execution environments.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apex/log"
	"github.com/apex/log/handlers/discard"
	"github.com/buildpacks/lifecycle/api"
	"github.com/buildpacks/lifecycle/buildpack"
	"github.com/buildpacks/lifecycle/cmd"
	llog "github.com/buildpacks/lifecycle/log"
	"github.com/buildpacks/lifecycle/phase"
	"github.com/buildpacks/lifecycle/platform"
	"github.com/buildpacks/lifecycle/platform/files"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/detect.json ../detect.golden.json

// A buildpack of a case, with its version `1`.
type member struct {
	// Buildpack API.
	Api string `json:"api"`
	// Lines of the table [buildpack] of its buildpack.toml, and lines behind that table.
	Info []string `json:"info"`
	More []string `json:"more"`
	// Exit code of its bin/detect, and names that it provides and requires.
	Code     int      `json:"code"`
	Provides []string `json:"provides"`
	Requires []string `json:"requires"`
}

type detectCase struct {
	Buildpacks map[string]member `json:"buildpacks"`
	// Groups of ids; one that ends with `?` is optional.
	Order [][]string `json:"order"`
	// Ids of buildpacks that stand before (`pre`) and after (`post`) every group.
	System map[string][]string `json:"system"`
	// System, architecture, variant, and name and version of the distribution of the run image.
	Run []string `json:"run"`
}

func main() {
	cases.Generate(func(given detectCase) (any, error) { return given.detect() })
}

// The ids of the group that is taken, or the exit code of the lifecycle.
func (c detectCase) detect() (any, error) {
	place, err := os.MkdirTemp("", "detect-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(place)
	for id, one := range c.Buildpacks {
		if err := one.write(filepath.Join(place, "buildpacks", id), id); err != nil {
			return nil, err
		}
	}
	run := append(c.Run, "linux", "amd64", "", "debian", "13")[:5]
	if c.Run != nil {
		run = append(c.Run, "", "", "", "")[:5]
	}
	inputs, err := c.writeInputs(place, run)
	if err != nil {
		return nil, err
	}
	store := platform.NewDirStore(filepath.Join(place, "buildpacks"), "")
	factory := phase.NewHermeticFactory(api.MustParse("0.15"), &cmd.BuildpackAPIVerifier{}, files.NewHandler(), store)
	_ = cmd.DefaultLogger.SetLevel("error")
	detector, err := factory.NewDetector(inputs, cmd.DefaultLogger)
	if err != nil {
		return nil, err
	}
	detector.Executor = c
	detector.Resolver = phase.NewDefaultDetectResolver(&log.Logger{Handler: discard.New()})
	group, _, err := detector.DetectOrder(detector.Order)
	var failed *buildpack.Error
	switch {
	case errors.As(err, &failed) && failed.Type == buildpack.ErrTypeFailedDetection:
		return 20, nil
	case errors.As(err, &failed) && failed.Type == buildpack.ErrTypeBuildpack:
		return 21, nil
	case err != nil:
		return nil, err
	}
	ids := []string{}
	for _, element := range group.Group {
		ids = append(ids, element.ID)
	}
	return ids, nil
}

func (m member) write(folder, id string) error {
	apiOfIt := m.Api
	if apiOfIt == "" {
		apiOfIt = "0.10"
	}
	lines := append([]string{"api = \"" + apiOfIt + "\"", "[buildpack]", "id = \"" + id + "\"", "version = \"1\""}, m.Info...)
	contents := map[string]string{"1/buildpack.toml": strings.Join(append(lines, m.More...), "\n")}
	if !strings.Contains(strings.Join(m.More, "\n"), "[[order]]") {
		contents["1/bin/build"] = ""
	}
	return cases.WriteFiles(folder, contents)
}

// order.toml, system.toml and analyzed.toml.
func (c detectCase) writeInputs(place string, run []string) (platform.LifecycleInputs, error) {
	order := ""
	for _, ids := range c.Order {
		order += "[[order]]\n"
		for _, id := range ids {
			name, isOptional := strings.CutSuffix(id, "?")
			order += fmt.Sprintf("[[order.group]]\nid = %q\nversion = \"1\"\noptional = %v\n", name, isOptional)
		}
	}
	system := ""
	for side, ids := range c.System {
		for _, id := range ids {
			system += fmt.Sprintf("[[system.%s.buildpacks]]\nid = %q\nversion = \"1\"\n", side, id)
		}
	}
	analyzed := fmt.Sprintf("[run-image]\nreference = \"run\"\n[run-image.target]\nos = %q\narch = %q\narch-variant = %q\n"+
		"[run-image.target.distro]\nname = %q\nversion = %q\n", run[0], run[1], run[2], run[3], run[4])
	at := func(name string) string { return filepath.Join(place, name) }
	return platform.LifecycleInputs{
		OrderPath: at("order.toml"), SystemPath: at("system.toml"), AnalyzedPath: at("analyzed.toml"), ExecEnv: "production",
	}, cases.WriteFiles(place, map[string]string{"order.toml": order, "system.toml": system, "analyzed.toml": analyzed})
}

// Detect answers in the place of bin/detect.
func (c detectCase) Detect(d buildpack.Descriptor, _ buildpack.DetectInputs, _ llog.Logger) buildpack.DetectOutputs {
	one := c.Buildpacks[d.(*buildpack.BpDescriptor).Buildpack.ID]
	var plan buildpack.BuildPlan
	for _, name := range one.Provides {
		plan.Provides = append(plan.Provides, buildpack.Provide{Name: name})
	}
	for _, name := range one.Requires {
		plan.Requires = append(plan.Requires, buildpack.Require{Name: name})
	}
	return buildpack.DetectOutputs{Code: one.Code, BuildPlan: plan}
}
