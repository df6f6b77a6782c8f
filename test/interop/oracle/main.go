// The official lifecycle as one program: detect, build and export, from the places that a builder image has.
// Besides those it reads /tmp/given (order.toml, analyzed.toml, run.toml, the run image as the layout `run`, `launcher` and its SBOM) and writes /tmp/made.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"

	"github.com/apex/log"
	"github.com/apex/log/handlers/discard"
	"github.com/buildpacks/imgutil/layout"
	"github.com/buildpacks/lifecycle/api"
	"github.com/buildpacks/lifecycle/buildpack"
	"github.com/buildpacks/lifecycle/cmd"
	"github.com/buildpacks/lifecycle/launch"
	"github.com/buildpacks/lifecycle/layers"
	"github.com/buildpacks/lifecycle/phase"
	"github.com/buildpacks/lifecycle/platform"
	"github.com/buildpacks/lifecycle/platform/files"
)

const (
	given = "/tmp/given"
	made  = "/tmp/made"
)

func main() {
	syscall.Umask(0o022)
	_ = cmd.DefaultLogger.SetLevel("error")
	if err := creator().run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type creation struct {
	api      *api.Version
	buildDir platform.DirStore
	analyzed files.Analyzed
	uid, gid int
}

func creator() *creation {
	uid, _ := strconv.Atoi(os.Getenv("CNB_USER_ID"))
	gid, _ := strconv.Atoi(os.Getenv("CNB_GROUP_ID"))
	return &creation{api: api.MustParse(os.Getenv("CNB_PLATFORM_API")), buildDir: *platform.NewDirStore("/cnb/buildpacks", ""), uid: uid, gid: gid}
}

func (c *creation) run() error {
	var err error
	if c.analyzed, err = files.Handler.ReadAnalyzed(filepath.Join(given, "analyzed.toml"), cmd.DefaultLogger); err != nil {
		return err
	}
	group, plan, err := c.detect()
	if err != nil {
		return err
	}
	if err := c.build(group, plan); err != nil {
		return err
	}
	return c.export(group)
}

func (c *creation) detect() (buildpack.Group, files.Plan, error) {
	order, _, err := files.Handler.ReadOrder(filepath.Join(given, "order.toml"))
	if err != nil {
		return buildpack.Group{}, files.Plan{}, err
	}
	detector := phase.Detector{
		AppDir: "/workspace", BuildConfigDir: "/cnb/build-config", PlatformDir: "/platform", ExecEnv: "production",
		DirStore: &c.buildDir, Executor: &buildpack.DefaultDetectExecutor{}, Logger: cmd.DefaultLogger,
		Resolver: phase.NewDefaultDetectResolver(&log.Logger{Handler: discard.New()}),
		Runs:     &sync.Map{}, PlatformAPI: c.api, AnalyzeMD: c.analyzed,
	}
	return detector.DetectOrder(order)
}

func (c *creation) build(group buildpack.Group, plan files.Plan) error {
	builder := phase.Builder{
		AppDir: "/workspace", BuildConfigDir: "/cnb/build-config", LayersDir: "/layers", PlatformDir: "/platform", ExecEnv: "production",
		BuildExecutor: &buildpack.DefaultBuildExecutor{}, DirStore: &c.buildDir, Group: group, Plan: plan,
		Logger: cmd.DefaultLogger, Out: os.Stdout, Err: os.Stderr, PlatformAPI: c.api, AnalyzeMD: c.analyzed,
	}
	metadata, err := builder.Build()
	if err != nil {
		return err
	}
	return files.Handler.WriteBuildMetadata(launch.GetMetadataFilePath("/layers"), metadata)
}

func (c *creation) export(group buildpack.Group) error {
	run, err := files.Handler.ReadRun(filepath.Join(given, "run.toml"), cmd.DefaultLogger)
	if err != nil {
		return err
	}
	image, err := layout.NewImage(made, layout.FromBaseImagePath(filepath.Join(given, "run")), layout.WithHistory())
	if err != nil {
		return err
	}
	artifacts, err := os.MkdirTemp("", "artifacts-")
	if err != nil {
		return err
	}
	exporter := phase.Exporter{
		Buildpacks: group.Group, Logger: cmd.DefaultLogger, PlatformAPI: c.api,
		LayerFactory: &layers.Factory{ArtifactsDir: artifacts, UID: c.uid, GID: c.gid, Logger: cmd.DefaultLogger},
	}
	_, err = exporter.Export(phase.ExportOptions{
		AppDir: "/workspace", LayersDir: "/layers", ExecEnv: "production", WorkingImage: image,
		RunImageRef: c.analyzed.RunImage.Reference, RunImageForExport: run.Images[0],
		LauncherConfig: phase.LauncherConfig{
			Path: filepath.Join(given, "launcher"), SBOMDir: filepath.Join(given, "launcher-sbom"),
			Metadata: files.LauncherMetadata{Version: os.Getenv("LAUNCHER_VERSION")},
		},
	})
	return err
}
