package statefile

import (
	"time"

	"thulium_exporter/internal/files"
)

// Read returns what is in a state file for one look at it: nothing is changed or
// logged, and nothing may be written. If the path is empty it is empty, too.
func Read(path string) (*Store, error) {
	if path == "" {
		return &Store{}, nil
	}
	f, err := bounded(ioLimit, func() (found, error) {
		info, err := files.Stat(path)
		if err != nil {
			return found{}, err
		}
		return read(path, info.Size(), time.Now())
	})
	return &Store{path: path, saved: f.saved}, err
}
