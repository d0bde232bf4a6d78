// Package files reads and replaces files that can be anything: a FIFO, a disk, a file
// on a mount whose server is gone.
package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// maxReads bounds the reads in flight. Each that hangs holds a thread.
	maxReads = 32
	// timeout is how long a file may take to read.
	timeout = 5 * time.Second
	// maxLinks is how many symbolic links are followed, as by Linux.
	maxLinks = 40
	// maxSecret is the size of the largest secret, in bytes.
	maxSecret = 4 << 10
)

// Reader reads files. It is safe for concurrent use.
type Reader struct {
	slots  chan struct{}
	flight singleflight.Group // by path: a file that hangs is read once
}

// NewReader returns a Reader with no read in flight.
func NewReader() *Reader {
	return &Reader{slots: make(chan struct{}, maxReads)}
}

// Read returns the content of a regular file of at most limit bytes, which nobody
// may change: calls at the same time share it. Nothing else is opened. It returns
// within five seconds, or once ctx is done. A read that hangs is abandoned.
//
// Its errors show of a path only what exists: the rest may be a password in the
// wrong place.
func (r *Reader) Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout,
		fmt.Errorf("the file could not be read within %s; is its mount stuck?", timeout))
	defer cancel()
	result := r.flight.DoChan(fmt.Sprint(limit, " ", path), func() (any, error) {
		r.slots <- struct{}{}
		defer func() { <-r.slots }()
		content, err := read(path, limit)
		return content, explain(err, path)
	})
	select {
	case got := <-result:
		content, _ := got.Val.([]byte)
		return content, got.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Secret returns the secret that is the only line of a file of at most 4 KiB. It
// reads as Read does.
func (r *Reader) Secret(ctx context.Context, path string) (string, error) {
	content, err := r.Read(ctx, path, maxSecret)
	if err != nil {
		return "", err
	}
	text := string(content)
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
		return "", errors.New("the file is UTF-16; save it as UTF-8")
	}
	secret := strings.TrimSpace(strings.TrimPrefix(text, "\ufeff")) // the byte order mark
	switch {
	case secret == "":
		return "", errors.New("the file is empty; write the secret to it, on one line")
	case strings.ContainsAny(secret, "\r\n"):
		return "", errors.New("the file has several lines; write only the secret to it, on one line")
	}
	return secret, nil
}

func read(path string, limit int64) ([]byte, error) {
	if _, err := Stat(path); err != nil { // before it is opened, which for a FIFO waits for a writer
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("the file is larger than %d KiB", limit>>10)
	}
	return content, err
}

// Stat describes a regular file. Devices, pipes and directories are errors.
func Stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("it is a directory; give the path of a file")
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file")
	}
	return info, nil
}

// explain adds where it failed, and for whom.
func explain(err error, path string) error {
	failed, ok := errors.AsType[*fs.PathError](err)
	switch {
	case !ok:
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w in %s", failed.Err, existing(path))
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w for user %s: %s", failed.Err, whoami(), existing(path))
	}
	return failed.Err
}

// existing returns the longest beginning of a path that exists, as an absolute
// path where possible.
func existing(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	for path != filepath.Dir(path) {
		if _, err := os.Stat(path); err == nil {
			break
		}
		path = filepath.Dir(path)
	}
	return path
}

// whoami names the user that the process runs as.
func whoami() string {
	current, err := user.Current()
	if err != nil {
		return fmt.Sprint(os.Getuid())
	}
	return fmt.Sprintf("%s (UID %s)", current.Username, current.Uid)
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
	if err := cmp.Or(write(file), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
