package simulator

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
)

const mediaType = "application/json"

// exchange is one request and its response.
type exchange struct {
	sim    *Simulator
	w      http.ResponseWriter
	r      *http.Request
	number int64   // counts requests from 1
	listed listing // set once the request is known to be for them
}

// envelope is Thulium's response to a request that failed.
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
	x.listed = listed
	if faulty != nil {
		faulty(x)
		return
	}
	if good := x.good(); good != nil {
		x.sendJSON(good)
		return
	}
	x.refuse(http.StatusNotFound)
}

// good is the documented response; nil if there is nothing of that ID or login.
func (x *exchange) good() []byte {
	if x.isPrivate() {
		return x.private()
	}
	if x.listed.static != nil && x.r.URL.RawQuery == "" {
		return x.listed.static
	}
	return encode(x.entries())
}

// entries are the active campaigns, or the requested one.
func (x *exchange) entries() []entry {
	entries := active(x.listed.campaigns, x.sim.Elapsed())
	if query := x.r.URL.Query(); query.Has("id") {
		entries = slices.DeleteFunc(entries, func(e entry) bool { return e.ID != query.Get("id") })
	}
	return entries
}

func (x *exchange) unauthorized() {
	x.w.Header().Set("WWW-Authenticate", `Basic realm="Thulium API"`)
	x.refuse(http.StatusUnauthorized)
}

// refuse responds with the error envelope. The default message is the text of the
// status.
func (x *exchange) refuse(status int, messages ...string) {
	x.send(status, mediaType, x.envelope(status, messages...))
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

func (x *exchange) sendJSON(body []byte) { x.send(http.StatusOK, mediaType, body) }

// send ignores errors: the client has disconnected.
func (x *exchange) send(status int, contentType string, body []byte) {
	x.w.Header().Set("Content-Type", contentType)
	x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body)
}
