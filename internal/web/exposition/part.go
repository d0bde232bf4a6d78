package exposition

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"sync"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// Part is a piece of a response, ready to be sent in one form. It never
// changes.
type Part struct {
	data []byte // the text, or deflate blocks (RFC 1951) that end on a byte
	text []byte // the text before compression; nil in all parts but the last
	crc  uint32 // of the text
	size uint32 // of the text
}

// Writer makes parts and sends them. It is safe for concurrent use.
type Writer struct {
	deflaters sync.Pool // of *flate.Writer: a new one costs more than most parts
}

// NewWriter returns a Writer.
func NewWriter() *Writer {
	return &Writer{deflaters: sync.Pool{New: func() any {
		// The fastest level takes a third of the time of the default one, and
		// its output is a tenth larger.
		w, err := flate.NewWriter(io.Discard, flate.BestSpeed)
		if err != nil {
			panic(err) // only for levels that do not exist
		}
		return w
	}}}
}

// Part returns the families in the given form. The last part of a response
// must be marked, since some forms have an end. A family that has no such form
// is an error and left out; the part is complete but for it.
func (w *Writer) Part(form Form, families []*dto.MetricFamily, last bool) (*Part, error) {
	var text bytes.Buffer
	var failed error
	encoder := expfmt.NewEncoder(&text, form.Format)
	for _, family := range families {
		complete := text.Len()
		if err := encoder.Encode(family); err != nil {
			failed = errors.Join(failed, err)
			text.Truncate(complete)
		}
	}
	if closer, ok := encoder.(expfmt.Closer); ok && last {
		failed = errors.Join(failed, closer.Close())
	}
	part := &Part{data: text.Bytes()}
	if form.Gzip {
		part.crc, part.size = crc32.ChecksumIEEE(part.data), uint32(len(part.data))
		if last {
			part.text = part.data
		}
		part.data = w.deflate(part.data, last)
	}
	return part, failed
}

// deflate compresses text. The blocks of several texts can follow each other
// and are one stream then, since none refers to text before its own.
func (w *Writer) deflate(text []byte, last bool) []byte {
	deflater := w.deflaters.Get().(*flate.Writer)
	defer w.deflaters.Put(deflater)
	var out bytes.Buffer
	deflater.Reset(&out)
	_, _ = deflater.Write(text) // a buffer takes everything
	if last {
		_ = deflater.Close()
	} else {
		_ = deflater.Flush()
	}
	return out.Bytes()
}

// Send answers a request with the parts, all of them in this form and only the
// last one marked as such.
func (w *Writer) Send(to http.ResponseWriter, form Form, first, last *Part) {
	to.Header().Set("Content-Type", string(form.Format))
	to.Header().Add("Vary", "Accept")
	to.Header().Add("Vary", "Accept-Encoding")
	parts := [][]byte{first.data, last.data}
	if form.Gzip {
		to.Header().Set("Content-Encoding", "gzip")
		parts = [][]byte{gzipHeader(), first.data, last.data, gzipTrailer(first, last)}
	}
	for _, p := range parts {
		if _, err := to.Write(p); err != nil {
			return // the client has gone
		}
	}
}

// gzipHeader is that of RFC 1952 with nothing optional in it.
func gzipHeader() []byte { return []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff} }

// gzipTrailer has the checksum and the length of both texts together.
func gzipTrailer(first, last *Part) []byte {
	crc := crc32.Update(first.crc, crc32.IEEETable, last.text)
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, crc), first.size+last.size)
}
