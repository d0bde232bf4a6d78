package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
)

const (
	maxSecret      = 4 << 10  // bytes of a password, a token or a user name
	maxCertificate = 1 << 20  // bytes of a file of certificates
	maxFile        = 64 << 20 // bytes of a configuration file

	// readLimit is how long a file may take to read when the configuration is
	// loaded: a mount whose server is gone would hang the load for good.
	readLimit = 5 * time.Second
)

// ReadSecretFile returns the content of a file that holds a secret, without the
// space around it. Only a regular file of at most 4 KiB that is not empty will
// do, and nothing else is opened: opening a FIFO waits for a writer. It takes as
// long as the file system does. Errors name neither the path nor the content: a
// path may be a password in the wrong place.
func ReadSecretFile(path string) (string, error) {
	text, err := readFile(path, maxSecret)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", errors.New("the file is empty; write the secret to it, on one line")
	}
	return secret, nil
}

// readFile returns the content of a regular file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	if err := regular(os.Stat(path)); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	if err := regular(f.Stat()); err != nil { // another file by now
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("the file is larger than %d KiB", limit>>10)
	}
	return text, nil
}

// regular refuses what is not a regular file.
func regular(info fs.FileInfo, err error) error {
	switch {
	case err != nil:
		return withoutPath(err)
	case info.IsDir():
		return errors.New("it is a directory; give the path of a file")
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	}
	return nil
}

// withoutPath returns the cause of a file system error.
func withoutPath(err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return failed.Err
	}
	return err
}

// inTime returns what read returns, or an error after readLimit. A read that
// never returns is abandoned.
func inTime[T any](read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	timer := time.NewTimer(readLimit)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.value, r.err
	case <-timer.C:
		var none T
		return none, fmt.Errorf("the file could not be read within %s; is its mount stuck?", readLimit)
	}
}
