package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// behaviour responds to a request in place of the documented response.
type behaviour func(*exchange)

type row struct {
	Description
	behaviour
}

// catalogue returns the behaviour of each fault and the expected result.
func catalogue() []row {
	return []row{
		{Description{Unauthorized, "unauthorized", 0, 0, "401, although the credentials are right"}, (*exchange).unauthorized},
		{Description{Forbidden, "forbidden", 0, 0, "403, as for an API user without the method"}, status(http.StatusForbidden)},
		{Description{NotFound, "not_found", 0, 0, "404, as for a wrong URL"}, status(http.StatusNotFound)},
		{Description{RateLimited, "rate_limited", 0, 0, "429 with Retry-After in seconds"}, retry(http.StatusTooManyRequests, seconds)},
		{Description{RateLimitedUntil, "rate_limited", 0, 0, "429 with Retry-After as a date"}, retry(http.StatusTooManyRequests, date)},
		{Description{ClientError, "client_error", 0, 0, "400 with two errors in the envelope"}, status(http.StatusBadRequest, "Wrong format of campaign identifier.", "Unknown parameter.")},
		{Description{EchoedCredentials, "client_error", 0, 0, "400 whose errors repeat the Authorization header, plain and in base64"}, echoCredentials},
		{Description{ServerError, "server_error", 0, 0, "500 with a proxy's HTML page"}, page(http.StatusInternalServerError, "500 Internal Server Error")},
		{Description{Unavailable, "server_error", 0, 0, "503 with Retry-After in seconds"}, retry(http.StatusServiceUnavailable, seconds)},
		{Description{Redirect, "redirect", 0, 0, "302 to Config.Redirect"}, redirect},
		{Description{BadRedirect, "redirect", 0, 0, "302 to something that is not a URL"}, badRedirect},
		{Description{SwitchingProtocols, "invalid_response", 0, 0, "101, and the connection stays open"}, switchProtocols},
		{Description{Timeout, "timeout", 0, 0, "nothing until the client leaves"}, (*exchange).hang},
		{Description{Connection, "connection", 0, 0, "a reset of the connection instead of a response"}, (*exchange).reset},

		{Description{ShortBody, "connection", 0, 0, "a body that ends before its declared length"}, shortBody},
		{Description{ResetBody, "connection", 0, 0, "a reset of the connection within the body"}, resetBody},
		{Description{SlowBody, "timeout", 0, 0, "a body that dribbles until the client leaves"}, slowBody},
		{Description{HangingBody, "timeout", 0, 0, "the headers, and then nothing until the client leaves"}, hangingBody},
		{Description{EndlessBody, "invalid_response", 0, 0, "a valid array without an end, up to 256 MiB"}, endlessBody},
		{Description{GzipBomb, "invalid_response", 0, 0, "1 GiB of entries in a few MiB of gzip"}, gzipBomb},
		{Description{BrokenGzip, "invalid_response", 0, 0, "a body that is not gzip, although it is declared so"}, brokenGzip},
		{Description{Brotli, "invalid_response", 0, 0, "a body compressed with br, although no compression was requested"}, encoded("br", "\x0b\x02\x80[]\x03")},
		{Description{Zstandard, "invalid_response", 0, 0, "a body compressed with zstd, although no compression was requested"}, encoded("zstd", "\x28\xb5\x2f\xfd\x04\x00\x11\x00\x00[]")},

		{Description{HTML, "invalid_response", 0, 0, "a login page with status 200"}, page(http.StatusOK, "Sign in")},
		{Description{Empty, "invalid_response", 0, 0, "no body"}, spoil(func([]byte) string { return "" })},
		{Description{NoContent, "invalid_response", 0, 0, `204, which nobody has documented as "no campaigns"`}, func(x *exchange) { x.w.WriteHeader(http.StatusNoContent) }},
		{Description{Null, "invalid_response", 0, 0, "null"}, spoil(func([]byte) string { return "null" })},
		{Description{Object, "invalid_response", 0, 0, "an empty JSON object"}, spoil(func([]byte) string { return "{}" })},
		{Description{Text, "invalid_response", 0, 0, "a JSON string"}, spoil(func([]byte) string { return `"OK"` })},
		{Description{Wrapped, "invalid_response", 0, 0, `the list under "result", as other methods of the API send it`}, wrapped},
		{Description{Envelope, "invalid_response", 0, 0, "the error envelope with status 200"}, func(x *exchange) { x.sendJSON(x.envelope(http.StatusForbidden)) }},
		{Description{Truncated, "invalid_response", 0, 0, "half of the JSON in a complete response"}, spoil(func(good []byte) string { return string(good[:len(good)/2]) })},
		{Description{Trailing, "invalid_response", 0, 0, "the array and something after it"}, spoil(func(good []byte) string { return string(good) + "\n<!-- 12 ms -->" })},
		{Description{NaN, "invalid_response", 0, 0, "a bare NaN, which is not JSON"}, odd(object(`"90001"`, "10", "NaN"))},
		{Description{Single, "invalid_response", 0, 0, "one object instead of the array; ok if the request has an ID"}, single},
		{Description{OtherID, "ok", 0, 0, "IDs as numbers without their zeros, if the request has an ID; else the documented response"}, otherID},

		{Description{NullFields, "ok", 0, 2, "two entries, each with null for a number"}, odd(object(`"90001"`, "null", "10"), object(`"90002"`, "10", "null"))},
		{Description{MissingFields, "ok", 0, 2, "two entries, each without one of the numbers"}, odd(`{"id":"90001","completion_percent":10}`, `{"id":"90002","records_count":10}`)},
		{Description{BooleanFields, "ok", 0, 2, "two entries, each with a boolean for a number"}, odd(object(`"90001"`, "true", "10"), object(`"90002"`, "10", "false"))},
		{Description{NumericStrings, "ok", 1, 0, "an entry whose numbers are strings"}, odd(object(`"90001"`, `"10"`, `"12.5"`))},
		{Description{NaNString, "ok", 0, 1, `an entry with the string "NaN" for its percentage`}, odd(object(`"90001"`, "10", `"NaN"`))},
		{Description{NegativeCount, "ok", 0, 1, "an entry with -1 records"}, odd(object(`"90001"`, "-1", "10"))},
		{Description{HugeCount, "ok", 0, 1, "an entry with 1e307 records"}, odd(object(`"90001"`, "1e307", "10"))},
		{Description{PercentAbove100, "ok", 0, 1, "an entry with 100.01 percent"}, odd(object(`"90001"`, "10", "100.01"))},
		{Description{NoID, "ok", 0, 3, "three entries: without an ID, with an empty one, with null"}, odd(`{"records_count":10,"completion_percent":10}`, object(`""`, "10", "10"), object("null", "10", "10"))},
		{Description{NumberID, "ok", 1, 0, "an entry with the number 17 for an ID"}, odd(object("17", "10", "10"))},
		{Description{DuplicateIDs, "ok", 1, 1, "two entries with one ID, of which the first is kept"}, odd(object(`"90001"`, "10", "10"), object(`"90001"`, "20", "20"))},
		{Description{NotObjects, "ok", 0, 4, "null, a number, a string and an array for entries"}, odd("null", "17", `"00017"`, "[]")},
		{Description{HugeID, "ok", 0, 1, "an entry with an ID of 10,000 digits"}, odd(object(`"`+strings.Repeat("9", 10_000)+`"`, "10", "10"))},
		{Description{HostileID, "ok", 4, 0, "four entries whose IDs have control characters, markup, a right-to-left override, invalid UTF-8"}, odd(hostileEntries()...)},
	}
}

func lookUp(fault Fault) behaviour {
	if fault == NoFault {
		return nil
	}
	for _, row := range catalogue() {
		if row.Fault == fault {
			return row.behaviour
		}
	}
	panic("simulator: no fault " + strconv.Quote(string(fault)))
}

func status(code int, messages ...string) behaviour {
	return func(x *exchange) { x.refuse(code, messages...) }
}

func retry(code int, after func(*exchange) string) behaviour {
	return func(x *exchange) {
		x.w.Header().Set("Retry-After", after(x))
		x.refuse(code)
	}
}

func seconds(x *exchange) string {
	return strconv.Itoa(int(x.sim.config.RetryAfter / time.Second))
}

func date(x *exchange) string {
	return x.sim.config.Now().Add(x.sim.config.RetryAfter).UTC().Format(http.TimeFormat)
}

func page(code int, title string) behaviour {
	html := fmt.Sprintf("<!DOCTYPE html>\n<html><title>%[1]s</title><h1>%[1]s</h1></html>\n", title)
	return func(x *exchange) { x.send(code, "text/html; charset=utf-8", []byte(html)) }
}

// echoCredentials sends the credentials back, as a careless debug page does.
func echoCredentials(x *exchange) {
	username, password, _ := x.r.BasicAuth()
	header := x.r.Header.Get("Authorization")
	x.w.Header().Set("X-Request-Id", header)
	x.refuse(http.StatusBadRequest, "Wrong header: "+header, "Wrong login "+username+":"+password)
}

// badRedirect redirects to an invalid URL.
func badRedirect(x *exchange) {
	x.w.Header().Set("Location", "http://[::1/login")
	x.refuse(http.StatusFound)
}

// encoded declares a content coding and sends a body that is not encoded so.
func encoded(coding, body string) behaviour {
	return func(x *exchange) {
		x.w.Header().Set("Content-Encoding", coding)
		x.sendJSON([]byte(body))
	}
}

func redirect(x *exchange) {
	http.Redirect(x.w, x.r, x.sim.config.Redirect, http.StatusFound)
}

// spoil sends a modified documented response.
func spoil(change func(good []byte) string) behaviour {
	return func(x *exchange) { x.sendJSON([]byte(change(x.good()))) }
}

// odd adds entries to the documented response.
func odd(entries ...string) behaviour {
	added := strings.Join(entries, ",") + "]"
	return spoil(func(good []byte) string {
		list := string(good[:len(good)-1])
		if len(list) > 1 {
			list += ","
		}
		return list + added
	})
}

func object(id, records, percent string) string {
	return fmt.Sprintf(`{"id":%s,"records_count":%s,"completion_percent":%s}`, id, records, percent)
}

func wrapped(x *exchange) {
	entries := x.entries()
	x.sendJSON(encode(struct {
		Count  int     `json:"count"`
		Result []entry `json:"result"`
	}{len(entries), entries}))
}

// single sends the first campaign, or an empty object if there is none.
func single(x *exchange) {
	entries := x.entries()
	if len(entries) == 0 {
		x.sendJSON([]byte("{}"))
		return
	}
	x.sendJSON(encode(entries[0]))
}

// otherID sends IDs as numbers, which have no leading zeros.
func otherID(x *exchange) {
	if !x.r.URL.Query().Has("id") {
		x.sendJSON(x.good())
		return
	}
	var entries []string
	for _, e := range x.entries() {
		entries = append(entries, object(strings.TrimLeft(e.ID, "0"), strconv.Itoa(e.Records), fmt.Sprint(e.Percent)))
	}
	x.sendJSON([]byte("[" + strings.Join(entries, ",") + "]"))
}

func hostileEntries() []string {
	return []string{
		object(`"\u0000\u001b[31m\n\""`, "10", "10"),
		object(`"<script>alert(1)</script>"`, "10", "10"),
		object("\"\u202e10009\"", "10", "10"),
		object("\"9\xff\xfe\"", "10", "10"),
	}
}
