package simulator

// Fault is one way in which Thulium, or something between it and the exporter,
// may answer badly. The constants below are all there are. Each says what is
// sent and, after the colon, what an exporter should make of it, in the words
// of thulium_api_requests_total's result label.
//
// The result "tls" has no fault here, because it happens below HTTP: serve the
// Simulator with httptest.NewTLSServer and do not trust its certificate.
type Fault string

// NoFault is the documented behaviour.
const NoFault Fault = ""

// Requests that fail as a whole.
const (
	// Unauthorized is 401 although the credentials are right: unauthorized.
	Unauthorized Fault = "unauthorized"
	// Forbidden is 403, as for a user without the method: forbidden.
	Forbidden Fault = "forbidden"
	// NotFound is 404, as for a wrong base URL: not_found.
	NotFound Fault = "not_found"
	// RateLimited is 429 with Retry-After in seconds: rate_limited, and no
	// request before that time.
	RateLimited Fault = "rate_limited"
	// RateLimitedUntil is 429 with Retry-After as a date: as RateLimited.
	RateLimitedUntil Fault = "rate_limited_until"
	// ClientError is 400 with two errors in the envelope: client_error, both
	// messages kept.
	ClientError Fault = "client_error"
	// ServerError is 500 with a proxy's HTML page: server_error.
	ServerError Fault = "server_error"
	// Unavailable is 503 with Retry-After in seconds: server_error, and no
	// request before that time.
	Unavailable Fault = "unavailable"
	// Redirect is 302 to Config.Redirect: redirect, not followed, and the
	// credentials stay here.
	Redirect Fault = "redirect"
	// Timeout is no answer until the client leaves: timeout.
	Timeout Fault = "timeout"
	// Connection is a reset instead of an answer: connection. Go's client asks
	// once more if it had used that connection before.
	Connection Fault = "connection"
)

// Answers that arrive badly.
const (
	// ShortBody ends before its declared length: connection.
	ShortBody Fault = "short_body"
	// ResetBody is a connection reset in mid-body: connection.
	ResetBody Fault = "reset_body"
	// SlowBody dribbles, and does not end before the client leaves: timeout.
	SlowBody Fault = "slow_body"
	// EndlessBody is a valid array that goes on and on, to 256 MiB:
	// invalid_response as soon as it is too long.
	EndlessBody Fault = "endless_body"
	// GzipBomb is 1 GiB of entries, a few MiB on the wire, compressed even if
	// the client did not ask: invalid_response as soon as it is too long.
	GzipBomb Fault = "gzip_bomb"
	// BrokenGzip says gzip and is not: invalid_response.
	BrokenGzip Fault = "broken_gzip"
)

// Answers with status 200, unless said, that are not the documented array.
const (
	// HTML is a login page: invalid_response.
	HTML Fault = "html"
	// Empty is no body at all: invalid_response.
	Empty Fault = "empty"
	// NoContent is 204: invalid_response, because nobody has documented it as
	// "no campaigns".
	NoContent Fault = "no_content"
	// Null is the JSON null: invalid_response, as NoContent.
	Null Fault = "null"
	// Object is an empty JSON object: invalid_response, as NoContent.
	Object Fault = "object"
	// Text is a JSON string: invalid_response.
	Text Fault = "text"
	// Wrapped is the list as other methods of the API give it, under
	// "result": invalid_response.
	Wrapped Fault = "wrapped"
	// Envelope is the error envelope with status 200: invalid_response, its
	// request id and messages kept.
	Envelope Fault = "envelope"
	// Truncated is half the JSON in a complete answer: invalid_response.
	Truncated Fault = "truncated"
	// Trailing is the array and something after it: invalid_response.
	Trailing Fault = "trailing"
	// NaN is a bare NaN for a number, which is not JSON: invalid_response.
	NaN Fault = "nan"
	// Single is one object instead of the array: ok if the request had an id,
	// else invalid_response.
	Single Fault = "single"
)

// Answers of the documented shape with odd entries, which follow the good ones.
// All are ok, the good entries are kept, and the odd ones rejected and counted
// unless said.
const (
	// NullFields has two entries, each with one number null.
	NullFields Fault = "null_fields"
	// MissingFields has two entries, each without one of its numbers.
	MissingFields Fault = "missing_fields"
	// BooleanFields has two entries, each with one number true or false.
	BooleanFields Fault = "boolean_fields"
	// NumericStrings has entry 90001 with "10" records, "12.5" percent done:
	// kept as numbers.
	NumericStrings Fault = "numeric_strings"
	// NaNString has one entry with the string "NaN" for its percentage.
	NaNString Fault = "nan_string"
	// NegativeCount has one entry with -1 records.
	NegativeCount Fault = "negative_count"
	// PercentAbove100 has one entry with 100.01 percent.
	PercentAbove100 Fault = "percent_above_100"
	// NoID has three entries: without id, with an empty one, with null.
	NoID Fault = "no_id"
	// NumberID has one entry with the number 17 for an id: kept as "17", as
	// it was written: to add zeros would be a guess.
	NumberID Fault = "number_id"
	// DuplicateIDs has entry 90001 twice: the first kept, with 10 records.
	DuplicateIDs Fault = "duplicate_ids"
	// NotObjects has four entries: null, a number, a string, an array.
	NotObjects Fault = "not_objects"
	// HugeID has one entry with an id of 10,000 digits: kept whole or
	// rejected, never shortened to another campaign's id.
	HugeID Fault = "huge_id"
	// HostileID has four entries, with control characters, markup, a
	// right-to-left override, invalid UTF-8: kept or rejected, inert
	// wherever they are shown.
	HostileID Fault = "hostile_id"
)

// Faults returns every fault, in the order of the constants, without NoFault.
func Faults() []Fault {
	var faults []Fault
	for _, row := range catalogue() {
		faults = append(faults, row.fault)
	}
	return faults
}
