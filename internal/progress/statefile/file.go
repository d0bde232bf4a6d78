package statefile

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"time"

	"thulium_exporter/internal/files"
	"thulium_exporter/internal/progress"
)

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
