package config

import (
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"thulium_exporter/internal/business"
)

// TestDocumentsNameEveryKey of the file.
func TestDocumentsNameEveryKey(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	s := make(schema)
	for _, of := range []reflect.Type{reflect.TypeFor[Draft](), reflect.TypeFor[Campaign](), reflect.TypeFor[business.Spec]()} {
		for _, key := range slices.Sorted(maps.Keys(s.fieldsOf(of))) {
			if !strings.Contains(string(text), "`"+key+"`") {
				t.Errorf("docs/configuration.md lacks the key %s of %s", key, of)
			}
		}
	}
}
