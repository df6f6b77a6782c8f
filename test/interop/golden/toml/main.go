// Golden TOML: what the lifecycle writes of what it has read.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
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

//go:generate go run . ../../cases/toml.json ../toml.golden.json

type tomlCase struct {
	// Which file it is: see rewriters. `document` is a table without a schema.
	File string `json:"file"`
	// Its lines.
	Given []string `json:"given"`
}

type rewriter func(path string) (string, error)

var rewriters = map[string]rewriter{
	"document":       rewrite[map[string]any],
	"buildpack plan": rewrite[buildpack.Plan],
	"group":          rewriteGroup,
	"plan":           rewritePlan,
	"metadata":       rewriteMetadata,
	"layer":          rewriteLayer,
	"store":          rewriteStore,
	"order":          rewriteOrder,
	"run":            rewrite[files.Run],
	"stack":          rewrite[files.Stack],
	"system":         rewrite[systemFile],
	"project":        rewriteProject,
	"report":         rewrite[files.Report],
}

func main() {
	cases.Generate(func(given tomlCase) (any, error) {
		run, isKnown := rewriters[given.File]
		if !isKnown {
			return nil, fmt.Errorf("no such file: %s", given.File)
		}
		folder, err := os.MkdirTemp("", "toml-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(folder)
		path := filepath.Join(folder, "given.toml")
		if err := os.WriteFile(path, []byte(strings.Join(given.Given, "\n")+"\n"), 0o600); err != nil {
			return nil, err
		}
		text, err := run(path)
		return strings.Split(text, "\n"), err
	})
}

func rewrite[T any](path string) (string, error) {
	var value T
	if _, err := toml.DecodeFile(path, &value); err != nil {
		return "", err
	}
	return encode(value)
}

func encode(value any) (string, error) {
	var text bytes.Buffer
	err := toml.NewEncoder(&text).Encode(value)
	return text.String(), err
}

func rewriteGroup(path string) (string, error) {
	group, err := files.Handler.ReadGroup(path)
	if err != nil {
		return "", err
	}
	return written(path, files.Handler.WriteGroup(path, &group))
}

func rewritePlan(path string) (string, error) {
	plan, err := files.Handler.ReadPlan(path)
	if err != nil {
		return "", err
	}
	return written(path, files.Handler.WritePlan(path, &plan))
}

func rewriteMetadata(path string) (string, error) {
	metadata, err := files.Handler.ReadBuildMetadata(path, api.MustParse("0.15"))
	if err != nil {
		return "", err
	}
	return written(path, files.Handler.WriteBuildMetadata(path, metadata))
}

type systemFile struct {
	System files.System `toml:"system"`
}

func rewriteOrder(path string) (string, error) {
	order, _, err := files.Handler.ReadOrder(path)
	if err != nil {
		return "", err
	}
	return encode(map[string]any{"order": order})
}

// The file as it is written again, and the label that becomes of it.
func rewriteProject(path string) (string, error) {
	metadata, err := files.Handler.ReadProjectMetadata(path, log.NewDefaultLogger(os.Stderr))
	if err != nil {
		return "", err
	}
	text, err := encode(metadata)
	if err != nil {
		return "", err
	}
	label, err := json.Marshal(metadata)
	return text + string(label), err
}

// Restored layers and stores have been JSON in a label, where every number is a float.
func rewriteLayer(path string) (string, error) {
	layer, err := buildpack.DecodeLayerMetadataFile(path, "0.12", log.NewDefaultLogger(os.Stderr))
	if err != nil {
		return "", err
	}
	restored, err := throughLabel(layer)
	if err != nil {
		return "", err
	}
	return written(path, buildpack.EncodeLayerMetadataFile(restored, path, "0.12"))
}

func rewriteStore(path string) (string, error) {
	var store buildpack.StoreTOML
	if _, err := toml.DecodeFile(path, &store); err != nil {
		return "", err
	}
	restored, err := throughLabel(store)
	if err != nil {
		return "", err
	}
	return encode(restored)
}

func throughLabel[T any](value T) (restored T, err error) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &restored)
	}
	return restored, err
}

func written(path string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(path)
	return string(text), err
}
