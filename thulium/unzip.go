package thulium

import (
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// Unzippers lends what decompresses answers, some 40 kB each, to clients that
// share it. The zero value is ready to use; it is safe for concurrent use.
type Unzippers struct {
	pool sync.Pool // of *gzip.Reader
}

// take returns a reader of what r has compressed.
func (u *Unzippers) take(r io.Reader) (*gzip.Reader, error) {
	z, ok := u.pool.Get().(*gzip.Reader)
	if !ok {
		z = &gzip.Reader{}
	}
	return z, z.Reset(r)
}

// give takes a reader back, whatever became of it.
func (u *Unzippers) give(z *gzip.Reader) { u.pool.Put(z) }
