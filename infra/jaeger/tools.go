//go:build tools

// Package tools names the programs that go.mod pins, so that `go mod tidy` keeps them.
package tools

import _ "github.com/jaegertracing/jaeger/cmd/jaeger"
