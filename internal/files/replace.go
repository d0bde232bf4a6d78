package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxLinks is how many symbolic links are followed, as by Linux.
const maxLinks = 40

// Stat describes a regular file. Devices, pipes and directories are errors.
func Stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path)
	}
	return info, err
}

// Target returns where a path leads if it is a symbolic link, even to nothing: the
// link is kept, and its target is replaced.
func Target(path string) string {
	for range maxLinks {
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return path
}

// Replace replaces a file with what write writes: all of it, or nothing is changed.
// On Windows the file may be broken after a power failure.
func Replace(path string, write func(io.Writer) error) error {
	path = Target(path)
	if _, err := Stat(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temporary := path + ".new"
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary) }()
	defer file.Close()
	if err := write(file); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
