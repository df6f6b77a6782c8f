// Golden restoration of layers: what a buildpack finds again of a layer by what the previous image and the cache say of it.
package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/buildpacks/lifecycle/api"
	"github.com/buildpacks/lifecycle/buildpack"
	"github.com/buildpacks/lifecycle/cmd"
	"github.com/buildpacks/lifecycle/phase"
	"github.com/buildpacks/lifecycle/platform"
	"github.com/buildpacks/lifecycle/platform/files"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/restore.json ../restore.golden.json

// All combinations of the types that the layer has in the previous image and in the cache; `none` where it is not there.
type restoreCase struct {
	InImage []string `json:"inImage"`
	Cached  []string `json:"cached"`
}

func main() {
	cases.Generate(func(given restoreCase) (any, error) {
		rows := map[string]string{}
		for _, inImage := range given.InImage {
			for _, cached := range given.Cached {
				for _, contents := range []string{"same", "other"} {
					row := fmt.Sprintf("%s / %s / %s", inImage, cached, contents)
					found, err := restore(layer(inImage, "image", "same"), layer(cached, "cache", contents))
					if err != nil {
						return nil, err
					}
					rows[row] = found
				}
			}
		}
		return rows, nil
	})
}

func layer(types, origin, sha string) map[string]buildpack.LayerMetadata {
	if types == "none" {
		return nil
	}
	return map[string]buildpack.LayerMetadata{"x": {SHA: sha, LayerMetadataFile: buildpack.LayerMetadataFile{
		Data:   map[string]any{"origin": origin},
		Launch: strings.Contains(types, "launch"),
		Build:  strings.Contains(types, "build"),
		Cache:  strings.Contains(types, "cache"),
	}}}
}

func restore(inImage, cached map[string]buildpack.LayerMetadata) (string, error) {
	layersDir, err := os.MkdirTemp("", "restore-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(layersDir)
	cmd.DisableColor(true)
	_ = cmd.DefaultLogger.SetLevel("error")
	restorer := phase.Restorer{
		LayersDir:      layersDir,
		Logger:         cmd.DefaultLogger,
		Buildpacks:     []buildpack.GroupElement{{ID: "a", Version: "1", API: "0.10"}},
		LayersMetadata: files.LayersMetadata{Buildpacks: []buildpack.LayersMetadata{{ID: "a", Layers: inImage}}},
		PlatformAPI:    api.MustParse("0.15"),
	}
	held := &fakeCache{layersDir, platform.CacheMetadata{Buildpacks: []buildpack.LayersMetadata{{ID: "a", Layers: cached}}}}
	if err := restorer.Restore(held); err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(layersDir, "a", "x.toml"))
	if os.IsNotExist(err) {
		return "nothing", nil
	} else if err != nil {
		return "", err
	}
	origin := "cache"
	if strings.Contains(string(text), "image") {
		origin = "image"
	}
	if _, err := os.Stat(filepath.Join(layersDir, "a", "x")); err != nil {
		return "metadata of the " + origin, nil
	}
	return "metadata of the " + origin + ", contents", nil
}

// A cache that holds the contents of every layer that it knows.
type fakeCache struct {
	layersDir string
	metadata  platform.CacheMetadata
}

func (c *fakeCache) Exists() bool                                      { return true }
func (c *fakeCache) Name() string                                      { return "cache" }
func (c *fakeCache) SetMetadata(platform.CacheMetadata) error          { return nil }
func (c *fakeCache) RetrieveMetadata() (platform.CacheMetadata, error) { return c.metadata, nil }
func (c *fakeCache) AddLayerFile(string, string) error                 { return nil }
func (c *fakeCache) ReuseLayer(string) error                           { return nil }
func (c *fakeCache) VerifyLayer(string) error                          { return nil }
func (c *fakeCache) Commit() error                                     { return nil }

func (c *fakeCache) RetrieveLayer(string) (io.ReadCloser, error) {
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	path := filepath.Join(c.layersDir, "a", "x")
	if err := writer.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: path, Mode: 0o755}); err != nil {
		return nil, err
	}
	return io.NopCloser(&archive), writer.Close()
}
