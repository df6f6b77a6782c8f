package cases

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var repetition = regexp.MustCompile(`\{([^{}*]+)\*(\d+)\}`)

// Name gives the bytes of a name as cases write it: `{ab*3}` is `ababab`, and `%ff` is the byte 0xff.
func Name(text string) (string, error) {
	long := repetition.ReplaceAllStringFunc(text, func(match string) string {
		parts := repetition.FindStringSubmatch(match)
		count, _ := strconv.Atoi(parts[2])
		return strings.Repeat(parts[1], count)
	})
	name, err := url.PathUnescape(long)
	if err != nil {
		return "", fmt.Errorf("the name %q: %w", text, err)
	}
	return name, nil
}

// Content is what a file of that size holds: 0, 1, 2, ... 255, 0, 1, ...
func Content(size int64) []byte {
	bytes := make([]byte, size)
	for index := range bytes {
		bytes[index] = byte(index)
	}
	return bytes
}
