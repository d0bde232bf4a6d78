package exposition

import (
	"bytes"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
)

// Writer encodes metrics and sends them, a few responses at a time: others wait
// for their turn. It is safe for concurrent use.
type Writer struct {
	free chan *encoder
}

// encoder makes one part at a time. What it does so with is kept for the next
// one. In a sync.Pool each garbage collection would drop it, and what replaces
// it would be most of the next garbage.
type encoder struct {
	text     []byte
	deflater *flate.Writer // nil until a text is long
}

const (
	// encoders is how many parts are encoded at a time: more would not be
	// faster, only larger together.
	encoders = 2
	// maxKept bounds the text that an encoder keeps, in bytes.
	maxKept = 4 << 20
	// shortText is up to which length, in bytes, a text is compressed faster
	// without a deflater, which takes a megabyte.
	shortText = 64 << 10
	// usualRatio is about how far a text shrinks; it only decides how much room
	// is made for the outcome.
	usualRatio = 6
)

// NewWriter returns a Writer.
func NewWriter() *Writer {
	w := &Writer{free: make(chan *encoder, encoders)}
	for range encoders {
		w.free <- &encoder{}
	}
	return w
}

// Part returns content in the given encoding, as the beginning of a response.
// What cannot be gathered or encoded is skipped and returned as an error; the
// part is complete but for it.
func (w *Writer) Part(encoding Encoding, content Content) (*Part, error) {
	return w.after(&Part{}, encoding, content, false)
}

// after returns the part that follows another one.
func (w *Writer) after(first *Part, encoding Encoding, content Content, last bool) (*Part, error) {
	e := <-w.free
	defer func() { w.free <- e }()
	if !encoding.Gzip {
		data, err := content.append(nil, encoding.Format, last)
		return &Part{data: data}, err
	}
	text, err := content.append(e.text[:0], encoding.Format, last)
	if cap(text) <= maxKept {
		e.text = text
	}
	return &Part{
		data: e.deflate(text, last),
		crc:  crc32.Update(first.crc, crc32.IEEETable, text),
		size: first.size + uint32(len(text)),
	}, err
}

// deflate compresses text. The blocks of several texts can follow each other
// and are one stream then, since none refers to text before its own.
func (e *encoder) deflate(text []byte, last bool) []byte {
	var out bytes.Buffer // never fails
	out.Grow(len(text)/usualRatio + bytes.MinRead)
	if len(text) <= shortText {
		_ = flate.StatelessDeflate(&out, text, last, nil)
		return out.Bytes()
	}
	e.reset(&out)
	_, _ = e.deflater.Write(text)
	if last {
		_ = e.deflater.Close()
	} else {
		_ = e.deflater.Flush()
	}
	return out.Bytes()
}

// reset makes the deflater write to another place. The fastest level takes a
// third of the time of the default one, and its output is a tenth larger.
func (e *encoder) reset(to io.Writer) {
	if e.deflater != nil {
		e.deflater.Reset(to)
		return
	}
	var err error
	if e.deflater, err = flate.NewWriter(to, flate.BestSpeed); err != nil {
		panic(err) // only for levels that do not exist
	}
}
