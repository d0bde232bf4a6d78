package harness

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// Webhook receives notifications of Alertmanager, each receiver at a path of
// its own.
type Webhook struct {
	URL string

	mu       sync.Mutex
	messages []Message
}

// Message is one alert of a notification.
type Message struct {
	Receiver    string            `json:"-"`      // the path
	Status      string            `json:"status"` // firing or resolved
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// NewWebhook starts one.
func NewWebhook(t *testing.T) *Webhook {
	t.Helper()
	w := &Webhook{}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.URL = server.URL
	return w
}

// ServeHTTP takes in a notification.
func (w *Webhook) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	var notification struct {
		Alerts []Message `json:"alerts"`
	}
	if err := json.NewDecoder(request.Body).Decode(&notification); err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, message := range notification.Alerts {
		message.Receiver = request.URL.Path
		w.messages = append(w.messages, message)
	}
}

// Messages returns what has come for an alert in a status.
func (w *Webhook) Messages(alert, status string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []Message
	for _, m := range w.messages {
		if m.Labels["alertname"] == alert && m.Status == status {
			found = append(found, m)
		}
	}
	return slices.Clip(found)
}
