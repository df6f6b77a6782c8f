package cases

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// WriteTree makes what the lines describe below an existing folder:
//
//	dir 0755 bin
//	file 0644 bin/node 700
//	symlink bin/nodejs -> node
//	hardlink copy -> bin/node
//	fifo 0644 pipe
//	socket 0755 sock
//	sparse 0644 disk 67108864
//
// A `dir` of the path `.` sets the mode of the folder itself. Modes are set last, so that a folder may forbid to be written to.
func WriteTree(root string, lines []string) error {
	modes := map[string]os.FileMode{}
	var paths []string
	for _, line := range lines {
		path, mode, err := writeEntry(root, strings.Split(line, " "))
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		if mode != "" {
			bits, err := strconv.ParseUint(mode, 8, 32)
			if err != nil {
				return err
			}
			paths = append(paths, path)
			modes[path] = fileMode(uint32(bits))
		}
	}
	for index := len(paths) - 1; index >= 0; index-- {
		if err := os.Chmod(paths[index], modes[paths[index]]); err != nil {
			return err
		}
	}
	return nil
}

func writeEntry(root string, words []string) (path, mode string, err error) {
	kind := words[0]
	if kind == "symlink" || kind == "hardlink" {
		return "", "", writeLink(root, kind, words[1], words[3])
	}
	mode = words[1]
	name, err := Name(words[2])
	if err != nil {
		return "", "", err
	}
	path = filepath.Join(root, name)
	switch kind {
	case "dir":
		err = os.MkdirAll(path, 0o700)
	case "file":
		err = os.WriteFile(path, Content(sizeOf(words)), 0o600)
	case "sparse":
		if err = os.WriteFile(path, nil, 0o600); err == nil {
			err = os.Truncate(path, sizeOf(words))
		}
	case "fifo":
		err = syscall.Mkfifo(path, 0o600)
	case "socket":
		err = writeSocket(path)
	default:
		err = fmt.Errorf("no such kind")
	}
	return path, mode, err
}

func writeLink(root, kind, from, to string) error {
	name, err := Name(from)
	if err != nil {
		return err
	}
	target, err := Name(to)
	if err != nil {
		return err
	}
	if kind == "hardlink" {
		return os.Link(filepath.Join(root, target), filepath.Join(root, name))
	}
	return os.Symlink(target, filepath.Join(root, name))
}

func sizeOf(words []string) int64 {
	size, err := strconv.ParseInt(words[3], 10, 64)
	if err != nil {
		panic(err)
	}
	return size
}

// A socket stays on disk when its listener closes without removing it.
func writeSocket(path string) error {
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return err
	}
	listener.SetUnlinkOnClose(false)
	return listener.Close()
}

func fileMode(bits uint32) os.FileMode {
	mode := os.FileMode(bits & 0o777)
	if bits&0o4000 != 0 {
		mode |= os.ModeSetuid
	}
	if bits&0o2000 != 0 {
		mode |= os.ModeSetgid
	}
	if bits&0o1000 != 0 {
		mode |= os.ModeSticky
	}
	return mode
}
