package server

import (
	"context"
	"time"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
)

// AutoReload says which file is watched for changes, and how often.
type AutoReload struct {
	Files    *files.Reader
	File     string
	Interval time.Duration // between checks of the file; 0: never
}

// onChange calls reload when the content of the file has changed and was the same
// in two checks, so that a file is not read while it is being written. It returns
// when ctx is done.
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

// digest is a hash of a file's content; zero if it could not be read.
type digest [32]byte

// digest returns the digest of the file, which is zero for instance while the file
// is being replaced.
func (a AutoReload) digest() digest {
	if a.Interval == 0 {
		return digest{}
	}
	sum, err := config.DigestFile(context.Background(), a.Files, a.File)
	if err != nil {
		return digest{}
	}
	return sum
}
