package statefile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"iter"
	"os"
)

// version is that of the format.
const version = 1

// write replaces the file with the state of systems, all or nothing.
func write(path string, systems iter.Seq[System]) error {
	if err := checkRegular(path); err != nil {
		return err
	}
	return replace(path, func(w io.Writer) error { return encode(w, systems) })
}

// checkRegular refuses to read or replace devices, pipes and directories.
func checkRegular(path string) error {
	info, err := os.Stat(path) //nolint:gosec // the path comes from the operator
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", path)
	}
	return nil
}

// encode writes one system at a time, so that they are never all in memory.
func encode(w io.Writer, systems iter.Seq[System]) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	fmt.Fprintf(buffered, `{"version":%d,"systems":[`, version)
	var line []byte
	separator := "\n"
	for system := range systems {
		name, _ := json.Marshal(system.Name) // a string is always valid
		url, _ := json.Marshal(system.URL)
		line = fmt.Appendf(line[:0], `%s{"name":%s,"url":%s,"tracker":`, separator, name, url)
		line = append(system.Tracker.AppendJSON(line), '}')
		if _, err := buffered.Write(line); err != nil {
			return err
		}
		separator = ",\n"
	}
	_, _ = buffered.WriteString("\n]}\n") // Flush returns its error
	return buffered.Flush()
}

// fingerprint is a number that changes when something is to be written; 0 if
// there is nothing.
func (s *Store) fingerprint(systems iter.Seq[System]) (sum uint64) {
	for system := range systems {
		if r := system.Tracker.Report(); r != nil {
			sum += maphash.Comparable(s.seed, state{system.Name, system.URL, r.At.UnixNano()})
		}
	}
	return sum
}

type state struct {
	name, url string
	at        int64
}
