// Package cases reads what people wrote about cases and writes what the real thing makes of them.
package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
)

// Generate reads the cases of the first argument, an object with a case under each name, and writes a file of the same shape
// with their results to the second.
func Generate[Case any](run func(Case) (any, error)) {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: %s <cases.json> <results.golden.json>", filepath.Base(os.Args[0])))
	}
	given, err := read[Case](os.Args[1])
	if err != nil {
		fail(err)
	}
	results := map[string]any{}
	for name, one := range given {
		if results[name], err = run(one); err != nil {
			fail(fmt.Errorf("%s: %w", name, err))
		}
	}
	if err := write(os.Args[2], filepath.Base(os.Args[1]), results); err != nil {
		fail(err)
	}
}

func read[Case any](path string) (map[string]Case, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	var given map[string]Case
	if err := decoder.Decode(&given); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return given, nil
}

// Names come out sorted, so that the same results make the same bytes.
func write(path, source string, results map[string]any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(map[string]any{
		"generated": "from " + source + " by `npm run golden`, not to be edited",
		"truth":     truth(),
		"results":   results,
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o644)
}

// What the results come from.
func truth() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "github.com/buildpacks/lifecycle" {
			return module.Path + " " + module.Version
		}
	}
	return "Go's own packages"
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
