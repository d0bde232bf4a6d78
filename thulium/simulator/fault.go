package simulator

// Fault is a faulty response of Thulium, or of something between it and the
// exporter. The constants below are all faults; Table describes them.
//
// The result "tls" has no fault here, because it happens below HTTP: serve the
// Simulator with httptest.NewTLSServer and do not trust its certificate.
type Fault string

// NoFault is the documented behaviour.
const NoFault Fault = ""

// Error responses.
const (
	Unauthorized       Fault = "unauthorized"
	Forbidden          Fault = "forbidden"
	NotFound           Fault = "not_found"
	RateLimited        Fault = "rate_limited"
	RateLimitedUntil   Fault = "rate_limited_until"
	ClientError        Fault = "client_error"
	EchoedCredentials  Fault = "echoed_credentials" //nolint:gosec // it is a name
	ServerError        Fault = "server_error"
	Unavailable        Fault = "unavailable"
	Redirect           Fault = "redirect"
	BadRedirect        Fault = "bad_redirect"
	SwitchingProtocols Fault = "switching_protocols"
	Timeout            Fault = "timeout"
	Connection         Fault = "connection"
)

// Faulty transmission.
const (
	ShortBody   Fault = "short_body"
	ResetBody   Fault = "reset_body"
	SlowBody    Fault = "slow_body"
	HangingBody Fault = "hang_after_headers"
	EndlessBody Fault = "endless_body"
	GzipBomb    Fault = "gzip_bomb"
	BrokenGzip  Fault = "broken_gzip"
	Brotli      Fault = "brotli"
	Zstandard   Fault = "zstandard"
)

// Responses that are not the documented array.
const (
	HTML      Fault = "html"
	Empty     Fault = "empty"
	NoContent Fault = "no_content"
	Null      Fault = "null"
	Object    Fault = "object"
	Text      Fault = "text"
	Wrapped   Fault = "wrapped"
	Envelope  Fault = "envelope"
	Truncated Fault = "truncated"
	Trailing  Fault = "trailing"
	NaN       Fault = "nan"
	Single    Fault = "single"
	OtherID   Fault = "other_id"
)

// Responses of the documented shape with additional odd entries.
const (
	NullFields      Fault = "null_fields"
	MissingFields   Fault = "missing_fields"
	BooleanFields   Fault = "boolean_fields"
	NumericStrings  Fault = "numeric_strings"
	NaNString       Fault = "nan_string"
	NegativeCount   Fault = "negative_count"
	HugeCount       Fault = "huge_count"
	PercentAbove100 Fault = "percent_above_100"
	NoID            Fault = "no_id"
	NumberID        Fault = "number_id"
	DuplicateIDs    Fault = "duplicate_ids"
	NotObjects      Fault = "not_objects"
	HugeID          Fault = "huge_id"
	HostileID       Fault = "hostile_id"
)

// Description is a row of the Table.
type Description struct {
	Fault    Fault
	Result   string // expected value of the label of thulium_api_requests_total
	Kept     int    // valid entries beside the documented ones
	Rejected int    // invalid entries
	Sends    string // what is sent, in a few words
}

// HasRetryAfter reports whether the fault requests a pause.
func (d Description) HasRetryAfter() bool {
	return d.Fault == RateLimited || d.Fault == RateLimitedUntil || d.Fault == Unavailable
}

// Table describes every fault, in the order of the constants.
func Table() []Description {
	var table []Description
	for _, row := range catalogue() {
		table = append(table, row.Description)
	}
	return table
}

// Faults returns every fault, in the order of the Table.
func Faults() []Fault {
	var faults []Fault
	for _, row := range catalogue() {
		faults = append(faults, row.Fault)
	}
	return faults
}
