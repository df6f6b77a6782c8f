package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"dema.example/interop/golden/cases"
)

// What a case says; `@` is the folder in which it is laid out.
type launchCase struct {
	// Tables of metadata.toml; what one leaves out is that of `process`.
	Processes []map[string]json.RawMessage `json:"processes"`
	// Buildpack API of the buildpack `dema/nodejs`.
	Api string `json:"api"`
	// By path: `layers/a` and `layers/b` belong to `dema/nodejs` and `other/last`.
	Files map[string]string `json:"files"`
	// Name of the process, or any other.
	Entry string   `json:"entry"`
	Args  []string `json:"args"`
	// Added to `variables`; one that is null is left out.
	Env map[string]*string `json:"env"`
}

type started struct {
	Code int `json:"code"`
	// Where the program `show` is and what it saw; nothing when it was not started.
	Program string            `json:"program,omitempty"`
	Folder  string            `json:"folder,omitempty"`
	Args    []string          `json:"args,omitempty"`
	Env     map[string]string `json:"env,omitempty"`
}

var process = map[string]json.RawMessage{
	"type":         json.RawMessage(`"web"`),
	"command":      json.RawMessage(`["show"]`),
	"direct":       json.RawMessage(`true`),
	"buildpack-id": json.RawMessage(`"dema/nodejs"`),
}

var variables = map[string]string{
	"CNB_LAYERS_DIR":   "@/layers",
	"CNB_APP_DIR":      "@/workspace",
	"CNB_PLATFORM_API": "0.15",
	"PATH":             "/cnb/process:/cnb/lifecycle:@/bin:/usr/bin:/bin",
}

// A program that prints its path, its folder, its arguments and the environment that it was given, behind what others printed.
const show = `#!/bin/sh
printf '\0'
printf '%s\0' "$0" "$(pwd -P)" "$#" "$@"
/bin/cat /proc/$$/environ
exit 0
`

func (c launchCase) start(place string) (any, error) {
	files := map[string]string{
		"layers/config/metadata.toml": strings.ReplaceAll(c.metadata(), "@", place),
		"bin/show":                    show,
		"cnb/process/":                "",
		"workspace/sub/":              "",
	}
	for path, content := range c.Files {
		files[inLayers(path)] = strings.ReplaceAll(content, "@", place)
	}
	if err := cases.WriteFiles(place, files); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	link := filepath.Join(place, "cnb/process", valueOr(c.Entry, "web"))
	if err := os.Symlink(self, link); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	command := exec.Command(link)
	command.Args = append([]string{link}, c.Args...)
	command.Env = c.environment(place)
	command.Stdout = &out
	var exit *exec.ExitError
	if err := command.Run(); errors.As(err, &exit) {
		return started{Code: codeOf(exit)}, nil
	} else if err != nil {
		return nil, err
	}
	return parse(strings.ReplaceAll(out.String(), place, "@"))
}

// As a shell has it: 128 and more is a signal.
func codeOf(exit *exec.ExitError) int {
	status := exit.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}

func inLayers(path string) string {
	path = strings.Replace(path, "layers/a/", "layers/dema_nodejs/", 1)
	return strings.Replace(path, "layers/b/", "layers/other_last/", 1)
}

func (c launchCase) metadata() string {
	var text strings.Builder
	text.WriteString("[[buildpacks]]\nid = \"dema/nodejs\"\nversion = \"1.0.0\"\napi = \"" + valueOr(c.Api, "0.10") + "\"\n")
	text.WriteString("[[buildpacks]]\nid = \"other/last\"\nversion = \"2.0.0\"\napi = \"0.10\"\n")
	tables := c.Processes
	if tables == nil {
		tables = []map[string]json.RawMessage{{}}
	}
	for _, table := range tables {
		all := maps.Clone(process)
		maps.Copy(all, table)
		text.WriteString("[[processes]]\n")
		for _, key := range slices.Sorted(maps.Keys(all)) {
			text.WriteString(key + " = " + string(all[key]) + "\n")
		}
	}
	return text.String()
}

func (c launchCase) environment(place string) []string {
	all := maps.Clone(variables)
	for name, value := range c.Env {
		delete(all, name)
		if value != nil {
			all[name] = *value
		}
	}
	lines := []string{}
	for name, value := range all {
		lines = append(lines, name+"="+strings.ReplaceAll(value, "@", place))
	}
	return lines
}

func parse(out string) (any, error) {
	_, shown, isShown := strings.Cut(out, "\x00")
	if !isShown {
		return started{}, nil
	}
	words := strings.Split(shown, "\x00")
	count, err := strconv.Atoi(words[2])
	if err != nil {
		return nil, err
	}
	env := map[string]string{}
	for _, line := range words[3+count:] {
		if name, value, isVariable := strings.Cut(line, "="); isVariable {
			env[name] = value
		}
	}
	return started{Program: words[0], Folder: words[1], Args: words[3 : 3+count], Env: env}, nil
}

func valueOr(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
