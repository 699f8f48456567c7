PREFIX : <http://example.org/> INSERT DATA { :a :p 1 GRAPH :g { :b :p [] } } ; DELETE { ?s :p ?o } INSERT { ?s :q ?o } WHERE { ?s :p ?o } ; COPY :g TO DEFAULT
