package exposition

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/klauspost/compress/flate"
)

// Part is the beginning of a response, ready to be sent in one form. It never
// changes. The zero value is empty.
type Part struct {
	data []byte // the text, or deflate blocks (RFC 1951) that end on a byte
	crc  uint32 // of the text so far, if it is compressed
	size uint32 // of the text so far, if it is compressed
}

// Writer makes parts and sends them. It is safe for concurrent use.
type Writer struct {
	deflaters sync.Pool // of *flate.Writer
	texts     sync.Pool // of *[]byte, for what is compressed at once
}

// smallText is up to which length, in bytes, a text is compressed faster without
// a deflater, which takes a megabyte.
const smallText = 64 << 10

// usualRatio is about how far a text shrinks; it only decides how much room is
// made for the outcome.
const usualRatio = 6

// NewWriter returns a Writer.
func NewWriter() *Writer {
	return &Writer{
		deflaters: sync.Pool{New: func() any {
			// The fastest level takes a third of the time of the default one,
			// and its output is a tenth larger.
			w, err := flate.NewWriter(io.Discard, flate.BestSpeed)
			if err != nil {
				panic(err) // only for levels that do not exist
			}
			return w
		}},
		texts: sync.Pool{New: func() any { return new([]byte) }},
	}
}

// Part returns content in the given form, as the beginning of a response. What
// cannot be gathered or written is an error and left out; the part is complete
// but for it.
func (w *Writer) Part(form Form, content Content) (*Part, error) {
	return w.after(&Part{}, form, content, false)
}

// after returns the part that follows another one.
func (w *Writer) after(before *Part, form Form, content Content, last bool) (*Part, error) {
	if !form.Gzip {
		data, err := content.append(nil, form.Format, last)
		return &Part{data: data}, err
	}
	scratch := w.texts.Get().(*[]byte)
	defer w.texts.Put(scratch)
	text, err := content.append((*scratch)[:0], form.Format, last)
	*scratch = text
	return &Part{
		data: w.deflate(text, last),
		crc:  crc32.Update(before.crc, crc32.IEEETable, text),
		size: before.size + uint32(len(text)),
	}, err
}

// deflate compresses text. The blocks of several texts can follow each other
// and are one stream then, since none refers to text before its own.
func (w *Writer) deflate(text []byte, last bool) []byte {
	var out bytes.Buffer // takes everything
	out.Grow(len(text)/usualRatio + bytes.MinRead)
	if len(text) <= smallText {
		_ = flate.StatelessDeflate(&out, text, last, nil)
		return out.Bytes()
	}
	deflater := w.deflaters.Get().(*flate.Writer)
	defer w.deflaters.Put(deflater)
	deflater.Reset(&out)
	_, _ = deflater.Write(text)
	if last {
		_ = deflater.Close()
	} else {
		_ = deflater.Flush()
	}
	return out.Bytes()
}

// Send answers a request in a form, with a beginning that was made in it and
// the rest. What cannot be gathered or written is an error and left out; all else
// is sent.
func (w *Writer) Send(to http.ResponseWriter, form Form, beginning *Part, rest Content) error {
	last, err := w.after(beginning, form, rest, true)
	to.Header().Set("Content-Type", string(form.Format))
	to.Header().Add("Vary", "Accept")
	to.Header().Add("Vary", "Accept-Encoding")
	pieces := [][]byte{beginning.data, last.data}
	if form.Gzip {
		to.Header().Set("Content-Encoding", "gzip")
		pieces = [][]byte{gzipHeader(), beginning.data, last.data, last.gzipTrailer()}
	}
	send(to, pieces)
	return err
}

func send(to http.ResponseWriter, pieces [][]byte) {
	length := 0
	for _, piece := range pieces {
		length += len(piece)
	}
	to.Header().Set("Content-Length", strconv.Itoa(length))
	for _, piece := range pieces {
		if _, err := to.Write(piece); err != nil {
			return // the client has gone
		}
	}
}

// gzipHeader is that of RFC 1952 with nothing optional in it.
func gzipHeader() []byte { return []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff} }

// gzipTrailer has the checksum and the length of the text up to here.
func (p *Part) gzipTrailer() []byte {
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, p.crc), p.size)
}
