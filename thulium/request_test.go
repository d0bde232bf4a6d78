package thulium_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"thulium_exporter/thulium"
)

func zip(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, text)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// zeros returns the start of an array of n bytes, each element a mistake.
func zeros(n int) string { return strings.Repeat("0,", n/2) }

// TestGzip has one client after the other take what the one before gave back.
func TestGzip(t *testing.T) {
	zipped := zip(t, documented)
	for _, tt := range []struct {
		name, coding, body string
		want               string // of the error; none if empty
	}{
		{"whole", "gzip", zipped, ""},
		{"upper case", "GZIP", zipped, ""},
		{"in members", "gzip", zip(t, documented[:50]) + zip(t, documented[50:]), ""},
		{"not gzip", "gzip", documented, "broken compression: gzip: invalid header"},
		{"empty", "gzip", "", "the response is cut off: broken compression: EOF"},
		{"cut in the header", "gzip", zipped[:5], "the response is cut off: broken compression: unexpected EOF"},
		{"cut", "gzip", zipped[:len(zipped)/2], "the response is cut off: entry 1: unexpected EOF"},
		{"cut before the checksum", "gzip", zipped[:len(zipped)-8], "the response is cut off: after the end of the response: unexpected EOF"},
		{"wrong checksum", "gzip", zipped[:len(zipped)-8] + "12345678", "after the end of the response: gzip: invalid checksum"},
		{"something behind it", "gzip", zipped + "<!-- 12 ms -->", "after the end of the response: gzip: invalid header"},
		{"whole again", "gzip", zipped, ""},
		{"not requested", "br", "\x0b\x02\x80", "the response is compressed with br, although no compression was requested"},
		{"wrong header", "utf-8", documented, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rt := responding(200, tt.body, "Content-Encoding", tt.coding)
			answer, err := client(t, "https://acme.test", rt, thulium.Options{}).Stats(t.Context())
			if tt.want == "" {
				if err != nil || len(answer.Campaigns) != 2 {
					t.Errorf("got %+v, %v", answer, err)
				}
				return
			}
			if e := failure(t, err, thulium.InvalidResponse); e.Error() != tt.want || e.Status != 200 {
				t.Errorf("status %d, error %q; want 200, %q", e.Status, e, tt.want)
			}
		})
	}
}

// TestMaxBody proves that a response may be as large as allowed, and not a byte
// larger.
func TestMaxBody(t *testing.T) {
	const limit = 8 << 20
	exact := documented + strings.Repeat(" ", limit-len(documented))
	for _, tt := range []struct {
		name   string
		body   string
		header []string
		good   bool
	}{
		{"exact", exact, nil, true},
		{"too large", exact + " ", nil, false},
		{"exact, compressed", zip(t, exact), []string{"Content-Encoding", "gzip"}, true},
		{"too large, compressed", zip(t, exact+" "), []string{"Content-Encoding", "gzip"}, false},
		{"no more than empty members", strings.Repeat(zip(t, ""), limit/20), []string{"Content-Encoding", "gzip"}, false},
		{"one huge string", `["` + strings.Repeat("a", limit), nil, false},
		{"white space", strings.Repeat(" ", limit+1), nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rt := responding(200, tt.body, tt.header...)
			_, err := client(t, "https://acme.test", rt, thulium.Options{}).Stats(t.Context())
			if tt.good {
				if err != nil {
					t.Error(err)
				}
				return
			}
			want := fmt.Sprintf("the response is larger than %d bytes", limit)
			if e := failure(t, err, thulium.InvalidResponse); e.Error() != want || e.Status != 200 {
				t.Errorf("status %d, error %q; want 200, %q", e.Status, e, want)
			}
		})
	}
}

// TestLargeObject proves that what is held in memory as a whole is small: a few
// bytes of an object can need hundreds.
func TestLargeObject(t *testing.T) {
	for _, start := range []string{`{"errors":[`, `{"a":[`} {
		read := 0
		body := io.MultiReader(strings.NewReader(start), endless("{},"))
		_, err := stats(t, streaming(200, counting{body, &read}))
		e := failure(t, err, thulium.InvalidResponse)
		if want := "the response is larger than 1048576 bytes"; e.Error() != want || read > 4<<20 {
			t.Errorf("read %d bytes, error %q, want %q", read, e, want)
		}
	}
}

// TestFailedBody proves that no more is read of an error response than needed to
// say what failed, and that it may be compressed or broken.
func TestFailedBody(t *testing.T) {
	const envelope = `{"request_id":"53678450401cf","errors":[{"message":"Wrong format of phone number.","code":111111}]}`
	const known = "HTTP status 500 Internal Server Error; Wrong format of phone number. (code 111111) [request_id 53678450401cf]"
	const unknown = "HTTP status 500 Internal Server Error"
	for _, tt := range []struct {
		name   string
		body   io.Reader
		header []string
		want   string
	}{
		{"plain", strings.NewReader(envelope), nil, known},
		{"compressed", strings.NewReader(zip(t, envelope)), []string{"Content-Encoding", "gzip"}, known},
		{"not compressed after all", strings.NewReader(envelope), []string{"Content-Encoding", "gzip"}, unknown},
		{"endless", endless("<p>"), nil, unknown},
		{"bomb", strings.NewReader(zip(t, strings.Repeat(" ", 1<<20))), []string{"Content-Encoding", "gzip"}, unknown},
		{"endless members", endless(zip(t, "")), []string{"Content-Encoding", "gzip"}, unknown},
		{"reset", iotest.ErrReader(syscall.ECONNRESET), nil, unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			read := 0
			_, err := stats(t, streaming(500, counting{tt.body, &read}, tt.header...))
			e := failure(t, err, thulium.ServerError)
			if e.Error() != tt.want || e.Status != 500 {
				t.Errorf("status %d, error %q; want 500, %q", e.Status, e, tt.want)
			}
			if read > 64<<10+1 {
				t.Errorf("%d bytes read", read)
			}
		})
	}
}

// TestBrokenConnection proves that it is not taken for broken JSON, wherever
// the connection breaks.
func TestBrokenConnection(t *testing.T) {
	for _, tt := range []struct {
		text   string
		header []string
	}{
		{"", nil},
		{documented[:50], nil},
		{documented, nil},
		{`{"errors":`, nil},
		{"", []string{"Content-Encoding", "gzip"}},
		{zip(t, documented)[:40], []string{"Content-Encoding", "gzip"}},
		{zip(t, documented), []string{"Content-Encoding", "gzip"}},
	} {
		body := io.MultiReader(strings.NewReader(tt.text), iotest.ErrReader(syscall.ECONNRESET))
		_, err := stats(t, streaming(200, body, tt.header...))
		if e := failure(t, err, thulium.Connection); e.Error() != syscall.ECONNRESET.Error() {
			t.Errorf("after %q: %v", tt.text, err)
		}
	}
}

// TestReading proves that the sizes in which a body arrives do not matter.
func TestReading(t *testing.T) {
	whole, err := stats(t, responding(200, documented))
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range [][]string{nil, {"Content-Encoding", "gzip"}} {
		text := documented
		if header != nil {
			text = zip(t, text)
		}
		pieces, err := stats(t, streaming(200, iotest.OneByteReader(strings.NewReader(text)), header...))
		if err != nil || !reflect.DeepEqual(pieces, whole) {
			t.Errorf("got %+v, %v; want %+v", pieces, err, whole)
		}
	}
}

// streaming responds to one request with a body of any kind.
func streaming(status int, body io.Reader, header ...string) transport {
	return func(r *http.Request) (*http.Response, error) {
		res, err := responding(status, "", header...)(r)
		res.Body = io.NopCloser(body)
		return res, err
	}
}

// counting counts the bytes read.
type counting struct {
	io.Reader
	n *int
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.n += n
	return n, err
}

// endless repeats a text for ever.
func endless(text string) io.Reader { return &repeating{text: text} }

type repeating struct {
	text string
	next int
}

func (r *repeating) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.text[r.next]
		r.next = (r.next + 1) % len(r.text)
	}
	return len(p), nil
}
