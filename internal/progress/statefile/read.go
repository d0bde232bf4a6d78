package statefile

import "time"

// Read returns what is in a state file for one look at it: nothing is changed or
// logged, and nothing may be written. If the path is empty it is empty, too.
func Read(path string) (*Store, error) {
	s := &Store{path: path}
	if path == "" {
		return s, nil
	}
	err := within(ioLimit, func() (err error) {
		s.saved, err = read(path, time.Now())
		return err
	})
	return s, err
}
