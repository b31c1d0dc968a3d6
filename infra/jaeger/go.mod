// Pins Jaeger for tests and for machines without Docker; see README.md. Nothing else is built from this module.
module tributary/infra/jaeger

go 1.24.6

require github.com/jaegertracing/jaeger v1.76.0

// Jaeger's own go.mod says so, and replacements only count in the main module.
replace github.com/Shopify/sarama => github.com/Shopify/sarama v1.33.0
