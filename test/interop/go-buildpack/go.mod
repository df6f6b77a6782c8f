module dema.example/go-buildpack

go 1.26.5

require github.com/paketo-buildpacks/packit/v2 v2.25.2

require (
	github.com/BurntSushi/toml v1.5.0 // indirect
	github.com/Masterminds/semver/v3 v3.4.0 // indirect
	github.com/gabriel-vasile/mimetype v1.4.9 // indirect
	github.com/pelletier/go-toml v1.9.5 // indirect
	github.com/ulikunitz/xz v0.5.15 // indirect
	golang.org/x/net v0.44.0 // indirect
)
