package statefile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-kit/log/level"

	"thulium_exporter/internal/progress"
)

// aside is appended to the name of a file that was put aside.
const aside = ".broken"

// contentError is an error in the content of a file that could be read.
type contentError struct{ error }

// load reads the file into s.saved, or logs why not.
func (s *Store) load() {
	var saved map[key]*progress.Saved
	err := within(ioLimit, func() (err error) {
		saved, err = read(s.path, time.Now())
		return err
	})
	if err == nil {
		s.saved = saved
		return
	}
	if !errors.Is(err, fs.ErrNotExist) {
		s.reject(err)
	}
}

// reject logs why the file could not be read. A file that is invalid, or of another
// user, is renamed, so that the next write does not replace it.
func (s *Store) reject(err error) {
	file := s.path
	if _, invalid := errors.AsType[contentError](err); invalid || errors.Is(err, fs.ErrPermission) {
		if failed := os.Rename(s.path, s.path+aside); failed != nil {
			err = fmt.Errorf("%w; %w", err, failed)
		} else {
			file += aside
		}
	}
	s.failed.Store(file == s.path)
	_ = level.Warn(s.logger).Log("msg", "State file could not be read; idle times start again", "file", file, "err", err)
}

// read returns what is in the file. What was saved in the future, as far as this
// machine's clock knows, is skipped: its tracker would ignore responses until then.
func read(path string, now time.Time) (map[key]*progress.Saved, error) {
	if err := checkRegular(path); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	saved := make(map[key]*progress.Saved)
	err = decode(file, func(k key, s *progress.Saved) {
		if !s.At().After(now) {
			saved[k] = s
		}
	})
	return saved, err
}

// decode calls add for one system after the other.
func decode(r io.Reader, add func(key, *progress.Saved)) error {
	d := json.NewDecoder(bufio.NewReaderSize(r, 64<<10))
	var number int
	err := expect(d, json.Delim('{'), "version")
	if err == nil {
		err = d.Decode(&number)
	}
	if err == nil && number != version {
		err = fmt.Errorf("it is of version %d, not %d", number, version)
	}
	if err == nil {
		err = expect(d, "systems", json.Delim('['))
	}
	for err == nil && d.More() {
		var system struct {
			Name    string
			URL     string
			Tracker progress.Saved
		}
		if err = d.Decode(&system); err == nil {
			add(key{system.Name, system.URL}, &system.Tracker)
		}
	}
	if err == nil {
		err = expect(d, json.Delim(']'), json.Delim('}'))
	}
	if _, end := d.Token(); err == nil && end != io.EOF {
		err = errors.New("there is more behind its end")
	}
	if err != nil {
		return contentError{err}
	}
	return nil
}

// expect reads tokens that have to come now.
func expect(d *json.Decoder, tokens ...json.Token) error {
	for _, want := range tokens {
		got, err := d.Token()
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("%v instead of %v at byte %d", got, want, d.InputOffset())
		}
	}
	return nil
}

// removeLeftovers removes what a process that was killed during a write has left.
func removeLeftovers(path string) {
	directory, prefix := filepath.Dir(path), "."+filepath.Base(path)
	entries, err := os.ReadDir(directory)
	if err != nil {
		return // there will be an error when it is written
	}
	for _, entry := range entries {
		number, found := strings.CutPrefix(entry.Name(), prefix)
		if found && number != "" && strings.Trim(number, "0123456789") == "" {
			_ = os.Remove(filepath.Join(directory, entry.Name()))
		}
	}
}
