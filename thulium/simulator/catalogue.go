package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// behaviour answers a request in place of the documented answer.
type behaviour func(*exchange)

type row struct {
	fault Fault
	behaviour
}

// catalogue says how each fault is made.
func catalogue() []row {
	return []row{
		{Unauthorized, (*exchange).unauthorized},
		{Forbidden, status(http.StatusForbidden)},
		{NotFound, status(http.StatusNotFound)},
		{RateLimited, retry(http.StatusTooManyRequests, seconds)},
		{RateLimitedUntil, retry(http.StatusTooManyRequests, date)},
		{ClientError, status(http.StatusBadRequest, "Wrong format of campaign identifier.", "Unknown parameter.")},
		{ServerError, page(http.StatusInternalServerError, "500 Internal Server Error")},
		{Unavailable, retry(http.StatusServiceUnavailable, seconds)},
		{Redirect, redirect},
		{Timeout, (*exchange).hang},
		{Connection, (*exchange).reset},

		{ShortBody, shortBody},
		{ResetBody, resetBody},
		{SlowBody, slowBody},
		{EndlessBody, endlessBody},
		{GzipBomb, gzipBomb},
		{BrokenGzip, brokenGzip},

		{HTML, page(http.StatusOK, "Sign in")},
		{Empty, spoil(func([]byte) string { return "" })},
		{NoContent, func(x *exchange) { x.w.WriteHeader(http.StatusNoContent) }},
		{Null, spoil(func([]byte) string { return "null" })},
		{Object, spoil(func([]byte) string { return "{}" })},
		{Text, spoil(func([]byte) string { return `"OK"` })},
		{Wrapped, wrapped},
		{Envelope, func(x *exchange) { x.sendJSON(x.envelope(http.StatusForbidden)) }},
		{Truncated, spoil(func(good []byte) string { return string(good[:len(good)/2]) })},
		{Trailing, spoil(func(good []byte) string { return string(good) + "\n<!-- 12 ms -->" })},
		{NaN, odd(object(`"90001"`, "10", "NaN"))},
		{Single, single},

		{NullFields, odd(object(`"90001"`, "null", "10"), object(`"90002"`, "10", "null"))},
		{MissingFields, odd(`{"id":"90001","completion_percent":10}`, `{"id":"90002","records_count":10}`)},
		{BooleanFields, odd(object(`"90001"`, "true", "10"), object(`"90002"`, "10", "false"))},
		{NumericStrings, odd(object(`"90001"`, `"10"`, `"12.5"`))},
		{NaNString, odd(object(`"90001"`, "10", `"NaN"`))},
		{NegativeCount, odd(object(`"90001"`, "-1", "10"))},
		{PercentAbove100, odd(object(`"90001"`, "10", "100.01"))},
		{NoID, odd(`{"records_count":10,"completion_percent":10}`, object(`""`, "10", "10"), object("null", "10", "10"))},
		{NumberID, odd(object("17", "10", "10"))},
		{DuplicateIDs, odd(object(`"90001"`, "10", "10"), object(`"90001"`, "20", "20"))},
		{NotObjects, odd("null", "17", `"00017"`, "[]")},
		{HugeID, odd(object(`"`+strings.Repeat("9", 10_000)+`"`, "10", "10"))},
		{HostileID, odd(
			object(`"\u0000\u001b[31m\n\""`, "10", "10"),
			object(`"<script>alert(1)</script>"`, "10", "10"),
			object("\"\u202e10009\"", "10", "10"),
			object("\"9\xff\xfe\"", "10", "10"),
		)},
	}
}

func lookUp(fault Fault) behaviour {
	if fault == NoFault {
		return nil
	}
	for _, row := range catalogue() {
		if row.fault == fault {
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

func redirect(x *exchange) {
	http.Redirect(x.w, x.r, x.sim.config.Redirect, http.StatusFound)
}

// spoil sends what is left of the good answer.
func spoil(change func(good []byte) string) behaviour {
	return func(x *exchange) { x.sendJSON([]byte(change(x.good()))) }
}

// odd adds entries to the good answer.
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
