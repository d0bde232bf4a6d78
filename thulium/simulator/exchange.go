package simulator

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// exchange is one request and its answer.
type exchange struct {
	sim    *Simulator
	w      http.ResponseWriter
	r      *http.Request
	number int64
}

// envelope is Thulium's answer to a request that failed.
type envelope struct {
	RequestID string    `json:"request_id"`
	Errors    []problem `json:"errors"`
}

type problem struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
}

func (x *exchange) serve() {
	listed, faulty := x.sim.state()
	if faulty != nil {
		faulty(x)
		return
	}
	body, zipped := x.body(listed), listed.zipped
	if x.sim.config.Gzip {
		x.w.Header().Set("Vary", "Accept-Encoding")
		if acceptsGzip(x.r.Header.Get("Accept-Encoding")) {
			if zipped == nil || x.r.URL.RawQuery != "" {
				zipped = zip(body)
			}
			x.w.Header().Set("Content-Encoding", "gzip")
			body = zipped
		}
	}
	x.send(http.StatusOK, "application/json", body)
}

// good is the answer that a fault spoils.
func (x *exchange) good() []byte {
	listed, _ := x.sim.state()
	return x.body(listed)
}

func (x *exchange) body(listed listing) []byte {
	if listed.static != nil && x.r.URL.RawQuery == "" {
		return listed.static
	}
	return encode(x.entries(listed))
}

// entries are the active campaigns, or the one that was asked for.
func (x *exchange) entries(listed listing) []entry {
	entries := active(listed.campaigns, x.sim.elapsed())
	if query := x.r.URL.Query(); query.Has("id") {
		entries = slices.DeleteFunc(entries, func(e entry) bool { return e.ID != query.Get("id") })
	}
	return entries
}

func (x *exchange) unauthorized() {
	x.w.Header().Set("WWW-Authenticate", `Basic realm="Thulium API"`)
	x.refuse(http.StatusUnauthorized)
}

// refuse answers with the error envelope. Without messages it says what the
// status says.
func (x *exchange) refuse(status int, messages ...string) {
	x.send(status, "application/json", x.envelope(status, messages...))
}

func (x *exchange) envelope(status int, messages ...string) []byte {
	if len(messages) == 0 {
		messages = []string{http.StatusText(status) + "."}
	}
	e := envelope{RequestID: x.requestID()}
	for i, message := range messages {
		e.Errors = append(e.Errors, problem{message, status*1000 + i + 1})
	}
	return encode(e)
}

// requestID follows from the seed and the number of the request, and has the
// shape of Thulium's: 13 hexadecimal digits.
func (x *exchange) requestID() string {
	return fmt.Sprintf("%013x", rand.NewPCG(x.sim.config.Seed, uint64(x.number)).Uint64()>>12)
}

// send ignores a client that has left: there is nobody to tell.
func (x *exchange) send(status int, contentType string, body []byte) {
	x.w.Header().Set("Content-Type", contentType)
	x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(status)
	x.w.Write(body)
}

func acceptsGzip(header string) bool {
	for choice := range strings.SplitSeq(header, ",") {
		coding, parameter, _ := strings.Cut(choice, ";")
		if strings.TrimSpace(coding) != "gzip" {
			continue
		}
		weight, found := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !found || err == nil && q > 0
	}
	return false
}
