// Package statefile keeps what the trackers of all systems know in one file, so
// that a restart does not start the clocks of their campaigns again.
//
// None of it is vital: whatever is wrong with the file or its disk, trackers keep
// working. A start without the file delays stall alerts but never causes false ones.
package statefile

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"thulium_exporter/internal/files"
	"thulium_exporter/internal/progress"
	"thulium_exporter/internal/within"
)

const (
	interval      = time.Minute      // between writes
	ioLimit       = 10 * time.Second // how long a write or the read is waited for
	shutdownLimit = 3 * time.Second  // the same at shutdown, where a hung disk must not hold up the exit
)

var errHung = errors.New("the disk does not respond")

// Entry is a system in the file. What was saved is restored only to a system of
// the same name and URL.
type Entry struct {
	Name, URL string
	Tracker   *progress.Tracker
}

// Store is the state file. It is safe for concurrent use.
type Store struct {
	path   string
	logger log.Logger

	mu    sync.Mutex
	saved map[key]*progress.Saved // not yet restored

	busy   sync.Mutex // held while a write runs
	failed atomic.Bool
}

type (
	key  struct{ name, url string }
	none struct{}
)

// Open reads the state file, and tries whether it could be written. If the path is
// empty there is none, and nothing is ever written. An invalid or unreadable file
// is renamed.
func Open(path string, logger log.Logger) *Store {
	s := &Store{path: path, logger: logger}
	if path == "" {
		return s
	}
	found, err := bounded(ioLimit, func() (found, error) { return load(path, time.Now()) })
	s.saved = found.saved
	if err != nil {
		s.warn("State file could not be read; idle times start again", "file", cmp.Or(found.aside, path), "err", err)
	}
	if found.future > 0 {
		s.warn("State file is from the future, by this machine's clock; idle times start again", "file", path, "systems", found.future)
	}
	if err != nil && found.aside == "" {
		s.failed.Store(true)
		return s
	}
	_, err = bounded(ioLimit, func() (none, error) { return none{}, try(path) })
	s.report(err)
	return s
}

// Tracker returns a tracker that knows what was saved of the system, or nothing.
// What was saved is restored once, and only until the first write.
func (s *Store) Tracker(name, url string, settings progress.Lookup) *progress.Tracker {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := key{name, url}
	saved := s.saved[k]
	delete(s.saved, k)
	return progress.Restore(saved, settings)
}

// LastWriteSuccessful reports whether the latest write succeeded or, before the
// first one, whether the file was read, renamed or absent, and could be written.
func (s *Store) LastWriteSuccessful() bool { return !s.failed.Load() }

// Run writes the file once a minute, and a last time when ctx is done; then it
// returns, within seconds even if the disk hangs. Each write iterates over the
// entries, which may have changed.
func (s *Store) Run(ctx context.Context, entries iter.Seq[Entry]) {
	if s.path == "" {
		return
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.save(entries, ioLimit)
		case <-ctx.Done():
			s.save(entries, shutdownLimit)
			return
		}
	}
}

// save writes the file, and waits for that for a while.
func (s *Store) save(entries iter.Seq[Entry], limit time.Duration) {
	_, err := bounded(limit, func() (none, error) {
		if !s.busy.TryLock() { // an earlier write still hangs
			return none{}, errHung
		}
		defer s.busy.Unlock()
		return none{}, files.Replace(s.path, func(w io.Writer) error { return encode(w, entries) })
	})
	s.report(err)
	s.mu.Lock()
	s.saved = nil
	s.mu.Unlock()
}

// report logs that writing has begun to fail, or works again.
func (s *Store) report(err error) {
	switch failed := s.failed.Swap(err != nil); {
	case err != nil && !failed:
		s.warn("State file could not be written; a restart would start idle times again", "file", s.path, "err", err)
	case err == nil && failed:
		_ = level.Info(s.logger).Log("msg", "State file is in order again", "file", s.path)
	}
}

func (s *Store) warn(message string, pairs ...any) {
	_ = level.Warn(s.logger).Log(append([]any{"msg", message}, pairs...)...)
}

// bounded returns what f returns, or errHung after a while: a system call that
// hangs cannot be ended.
func bounded[T any](limit time.Duration, f func() (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(context.Background(), limit, errHung)
	defer cancel()
	return within.Do(ctx, f)
}

const (
	version = 1         // of the format
	maxSize = 256 << 20 // bytes that are read
)

// row is a system in the file. Each has a line of its own.
type row struct {
	Name    string          `json:"name"`
	URL     string          `json:"url"`
	Tracker *progress.Saved `json:"tracker"` // null before the first response
}

// found is what came of reading the file.
type found struct {
	saved  map[key]*progress.Saved
	future int    // systems that were skipped, as their time is in the future
	aside  string // the new name of a file that could not be read
}

// load reads the file; there may be none. One that cannot be read is renamed, so that
// the next write does not replace it.
func load(path string, now time.Time) (found, error) {
	path = files.Target(path)
	info, err := files.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return found{}, nil
	}
	if err != nil {
		return found{}, err
	}
	f, err := read(path, info.Size(), now)
	if err == nil {
		return f, nil
	}
	aside := path + ".broken"
	if failed := os.Rename(path, aside); failed != nil { //nolint:gosec // the path comes from the operator
		return found{}, fmt.Errorf("%w; %w", err, failed)
	}
	return found{aside: aside}, err
}

// read reads a file of that size.
func read(path string, size int64, now time.Time) (found, error) {
	if size > maxSize {
		return found{}, fmt.Errorf("it has %d MiB, and at most %d MiB are read", size>>20, maxSize>>20)
	}
	text, err := os.ReadFile(path) //nolint:gosec // the path comes from the operator
	if err != nil {
		return found{}, err
	}
	return decode(text, now)
}

// decode returns what is in the text of a file. What was saved in the future, as far as
// this machine's clock knows, is skipped.
func decode(text []byte, now time.Time) (found, error) {
	var file struct {
		Version int
		Systems []row
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return found{}, err
	}
	if file.Version != version {
		return found{}, fmt.Errorf("it is of version %d, not %d", file.Version, version)
	}
	f := found{saved: make(map[key]*progress.Saved, len(file.Systems))}
	for _, r := range file.Systems {
		if r.Tracker == nil {
			continue
		}
		if err := r.Tracker.Validate(); err != nil {
			return found{}, err
		}
		if r.Tracker.At.After(now) {
			f.future++
			continue
		}
		f.saved[key{r.Name, r.URL}] = r.Tracker
	}
	return f, nil
}

// encode writes one system at a time, so that their text is never all in memory.
func encode(w io.Writer, entries iter.Seq[Entry]) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	fmt.Fprintf(buffered, `{"version":%d,"systems":[`, version)
	separator := "\n"
	for e := range entries {
		line, err := json.Marshal(row{e.Name, e.URL, e.Tracker.Save()})
		if err != nil {
			return err
		}
		_, _ = buffered.WriteString(separator) // Flush returns any error of the writer
		_, _ = buffered.Write(line)
		separator = ",\n"
	}
	_, _ = buffered.WriteString("\n]}\n")
	return buffered.Flush()
}

// try returns why the file could not be written. Nothing is changed.
func try(path string) error {
	tried := errors.New("tried")
	err := files.Replace(path, func(w io.Writer) error {
		_, err := w.Write(make([]byte, 4096)) // a full disk may still have room for the name
		return cmp.Or(err, tried)
	})
	if errors.Is(err, tried) {
		return nil
	}
	return err
}
