package thulium

// Result is the outcome of a request. The set is closed, so that it can be a label
// value.
type Result uint8

// The results of a request.
const (
	OK              Result = iota // a successful response
	Unauthorized                  // 401, or the credentials could not be read
	Forbidden                     // 403
	NotFound                      // 404
	RateLimited                   // 429
	ClientError                   // any other 4xx
	ServerError                   // any 5xx
	Redirect                      // any 3xx; redirects are never followed
	Timeout                       // no complete response before the deadline
	Connection                    // no connection, or a broken one
	TLS                           // no secure connection
	InvalidResponse               // a response of an undocumented shape

	// NumResults is the number of results: they run from 0 to NumResults-1.
	NumResults = iota
)

// String returns the label value of the result.
func (r Result) String() string {
	words := [NumResults]string{
		OK:              "ok",
		Unauthorized:    "unauthorized",
		Forbidden:       "forbidden",
		NotFound:        "not_found",
		RateLimited:     "rate_limited",
		ClientError:     "client_error",
		ServerError:     "server_error",
		Redirect:        "redirect",
		Timeout:         "timeout",
		Connection:      "connection",
		TLS:             "tls",
		InvalidResponse: "invalid_response",
	}
	if int(r) < len(words) {
		return words[r]
	}
	return "unknown"
}

// resultOf classifies an HTTP status outside 2xx.
func resultOf(status int) Result {
	switch {
	case status == 401:
		return Unauthorized
	case status == 403:
		return Forbidden
	case status == 404:
		return NotFound
	case status == 429:
		return RateLimited
	case status >= 500 && status < 600:
		return ServerError
	case status >= 400 && status < 500:
		return ClientError
	case status >= 300 && status < 400:
		return Redirect
	}
	return InvalidResponse
}
