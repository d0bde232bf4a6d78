package exposition

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"

	"github.com/klauspost/compress/flate"
)

// Part is the beginning of a response, ready to be sent in one encoding. It never
// changes. The zero value is empty.
type Part struct {
	data []byte // the text, or deflate blocks (RFC 1951) that end on a byte
	crc  uint32 // of the text so far, if it is compressed
	size uint32 // of the text so far, if it is compressed
}

// Len returns the number of bytes on the wire.
func (p *Part) Len() int { return len(p.data) }

// Writer makes parts and sends them. It is safe for concurrent use.
type Writer struct {
	spare chan *tools // those that nobody uses
}

// tools are what a part is made with. They are dear, and kept for the next part:
// not in a sync.Pool, since each collection of garbage empties that, and what is
// made anew then is most of the next garbage.
type tools struct {
	text     []byte
	deflater *flate.Writer // nil until a text is long
}

const (
	// spareTools is how many tools are kept.
	spareTools = 2
	// longestSpare bounds the text that is kept with tools, in bytes.
	longestSpare = 4 << 20
	// shortText is up to which length, in bytes, a text is compressed faster
	// without a deflater, which takes a megabyte.
	shortText = 64 << 10
	// usualRatio is about how far a text shrinks; it only decides how much room
	// is made for the outcome.
	usualRatio = 6
)

// NewWriter returns a Writer.
func NewWriter() *Writer { return &Writer{spare: make(chan *tools, spareTools)} }

func (w *Writer) take() *tools {
	select {
	case t := <-w.spare:
		return t
	default:
		return &tools{}
	}
}

func (w *Writer) give(t *tools) {
	if cap(t.text) > longestSpare {
		t.text = nil
	}
	select {
	case w.spare <- t:
	default: // enough are there
	}
}

// Part returns content in the given encoding, as the beginning of a response. What
// cannot be gathered or written is an error and left out; the part is complete
// but for it.
func (w *Writer) Part(encoding Encoding, content Content) (*Part, error) {
	return w.after(&Part{}, encoding, content, false)
}

// after returns the part that follows another one.
func (w *Writer) after(before *Part, encoding Encoding, content Content, last bool) (*Part, error) {
	if !encoding.Gzip {
		data, err := content.append(nil, encoding.Format, last)
		return &Part{data: data}, err
	}
	t := w.take()
	defer w.give(t)
	text, err := content.append(t.text[:0], encoding.Format, last)
	t.text = text
	return &Part{
		data: t.deflate(text, last),
		crc:  crc32.Update(before.crc, crc32.IEEETable, text),
		size: before.size + uint32(len(text)),
	}, err
}

// deflate compresses text. The blocks of several texts can follow each other
// and are one stream then, since none refers to text before its own.
func (t *tools) deflate(text []byte, last bool) []byte {
	var out bytes.Buffer // takes everything
	out.Grow(len(text)/usualRatio + bytes.MinRead)
	if len(text) <= shortText {
		_ = flate.StatelessDeflate(&out, text, last, nil)
		return out.Bytes()
	}
	t.reset(&out)
	_, _ = t.deflater.Write(text)
	if last {
		_ = t.deflater.Close()
	} else {
		_ = t.deflater.Flush()
	}
	return out.Bytes()
}

// reset makes the deflater write to another place. The fastest level takes a
// third of the time of the default one, and its output is a tenth larger.
func (t *tools) reset(to io.Writer) {
	if t.deflater != nil {
		t.deflater.Reset(to)
		return
	}
	var err error
	if t.deflater, err = flate.NewWriter(to, flate.BestSpeed); err != nil {
		panic(err) // only for levels that do not exist
	}
}

// Send answers a request in an encoding, with a beginning that was made in it and
// the rest. What cannot be gathered or written is an error and left out; all else
// is sent.
func (w *Writer) Send(to http.ResponseWriter, encoding Encoding, beginning *Part, rest Content) error {
	last, err := w.after(beginning, encoding, rest, true)
	to.Header().Set("Content-Type", string(encoding.Format))
	to.Header().Add("Vary", "Accept")
	to.Header().Add("Vary", "Accept-Encoding")
	pieces := [][]byte{beginning.data, last.data}
	if encoding.Gzip {
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
