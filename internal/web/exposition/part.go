package exposition

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"sync"
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
	texts     sync.Pool // of *[]byte, for what is compressed at once
}

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

// Part returns content in the given form. The last part of a response must be
// marked, since some forms have an end. What cannot be gathered or written is an
// error and left out; the part is complete but for it.
func (w *Writer) Part(form Form, content Content, last bool) (*Part, error) {
	if !form.Gzip {
		data, err := content.append(nil, form.Format, last)
		return &Part{data: data}, err
	}
	scratch := w.texts.Get().(*[]byte)
	defer w.texts.Put(scratch)
	text, err := content.append((*scratch)[:0], form.Format, last)
	*scratch = text
	part := &Part{data: w.deflate(text, last), crc: crc32.ChecksumIEEE(text), size: uint32(len(text))}
	if last {
		part.text = bytes.Clone(text)
	}
	return part, err
}

// deflate compresses text. The blocks of several texts can follow each other
// and are one stream then, since none refers to text before its own.
func (w *Writer) deflate(text []byte, last bool) []byte {
	deflater := w.deflaters.Get().(*flate.Writer)
	defer w.deflaters.Put(deflater)
	var out bytes.Buffer
	out.Grow(len(text)/usualRatio + bytes.MinRead)
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
	pieces := [][]byte{first.data, last.data}
	if form.Gzip {
		to.Header().Set("Content-Encoding", "gzip")
		pieces = [][]byte{gzipHeader(), first.data, last.data, gzipTrailer(first, last)}
	}
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

// gzipTrailer has the checksum and the length of both texts together.
func gzipTrailer(first, last *Part) []byte {
	crc := crc32.Update(first.crc, crc32.IEEETable, last.text)
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, crc), first.size+last.size)
}
