package server

import (
	"context"
	"time"

	"thulium_exporter/internal/config"
)

// AutoReload reloads when a file has changed.
type AutoReload struct {
	File     string
	Interval time.Duration // between looks at the file; 0: never
}

// onChange calls reload when the content of the file is another one and has been
// the same in two looks, so that a file that is being written is left alone. It
// returns when ctx is done.
func (a AutoReload) onChange(ctx context.Context, loaded digest, reload func()) error {
	if a.Interval == 0 {
		return nil
	}
	ticker := time.NewTicker(a.Interval)
	defer ticker.Stop()
	for latest := loaded; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		now := a.digest()
		if now != loaded && now == latest && now != (digest{}) {
			loaded = now
			reload()
		}
		latest = now
	}
}

// digest identifies what is in the file. It is zero for a file that cannot be
// read, for instance between its removal and the arrival of the next one.
type digest [32]byte

func (a AutoReload) digest() digest {
	if a.Interval == 0 {
		return digest{}
	}
	sum, err := config.Digest(a.File)
	if err != nil {
		return digest{}
	}
	return sum
}
