package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestFilesAreCurrent: what is committed is what the generator writes.
func TestFilesAreCurrent(t *testing.T) {
	committed, err := filepath.Glob("../*.json")
	if err != nil || len(committed) != len(files()) {
		t.Errorf("%d dashboards are committed, %d are generated, %v", len(committed), len(files()), err)
	}
	for name, builder := range files() {
		want, err := render(builder)
		if err != nil {
			t.Fatal(err)
		}
		have, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if string(have) != string(want) {
			t.Errorf("%s is not current; run: make dashboards", name)
		}
	}
}

// TestEveryTextIsInBothLanguages: none is empty, and none was forgotten to be
// translated.
func TestEveryTextIsInBothLanguages(t *testing.T) {
	same := map[string]bool{"system": true, "id": true} // the same word in both
	en, pl := reflect.ValueOf(english()), reflect.ValueOf(polish())
	for i := range en.NumField() {
		name := en.Type().Field(i).Name
		for j := range elements(en.Field(i)) {
			a, b := element(en.Field(i), j), element(pl.Field(i), j)
			if a == "" || b == "" || a == b && !same[name] {
				t.Errorf("%s is %q in English and %q in Polish", name, a, b)
			}
		}
	}
}

func elements(v reflect.Value) int {
	if v.Kind() == reflect.Array {
		return v.Len()
	}
	return 1
}

func element(v reflect.Value, i int) string {
	if v.Kind() == reflect.Array {
		return v.Index(i).String()
	}
	return v.String()
}
