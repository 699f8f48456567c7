/* SPDX-License-Identifier: Apache-2.0
 * The names of rdf/vocab.def as constants: BO_RDF_TYPE is the IRI of rdf:type.
 */
#ifndef BO_RDF_VOCAB_H
#define BO_RDF_VOCAB_H

#include "bocage/term.h"

#define BO_RDF_NS "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define BO_RDFS_NS "http://www.w3.org/2000/01/rdf-schema#"
#define BO_XSD_NS "http://www.w3.org/2001/XMLSchema#"
#define BO_OWL_NS "http://www.w3.org/2002/07/owl#"
#define BO_PAIR_NS "http://virtual-assembly.org/ontologies/pair#"
#define BO_OBC_NS "https://w3id.org/bien-commun/ns#"
#define BO_CONF_NS "https://w3id.org/bien-commun/instance#"
#define BO_SCHEME_NS "https://w3id.org/bien-commun/scheme#"
#define BO_LDP_NS "http://www.w3.org/ns/ldp#"
#define BO_ACL_NS "http://www.w3.org/ns/auth/acl#"
#define BO_AS_NS "https://www.w3.org/ns/activitystreams#"
#define BO_SEC_NS "https://w3id.org/security#"
#define BO_FOAF_NS "http://xmlns.com/foaf/0.1/"
#define BO_VCARD_NS "http://www.w3.org/2006/vcard/ns#"
#define BO_DC_NS "http://purl.org/dc/terms/"
#define BO_SKOS_NS "http://www.w3.org/2004/02/skos/core#"
#define BO_PROV_NS "http://www.w3.org/ns/prov#"
#define BO_VOID_NS "http://rdfs.org/ns/void#"
#define BO_DCAT_NS "http://www.w3.org/ns/dcat#"
#define BO_SH_NS "http://www.w3.org/ns/shacl#"
#define BO_VF_NS "https://w3id.org/valueflows/ont/vf#"
#define BO_ORG_NS "http://www.w3.org/ns/org#"
#define BO_SCHEMA_NS "http://schema.org/"
#define BO_QB_NS "http://purl.org/linked-data/cube#"
#define BO_GEO_NS "http://www.opengis.net/ont/geosparql#"
#define BO_SIOC_NS "http://rdfs.org/sioc/ns#"
#define BO_SOLID_NS "http://www.w3.org/ns/solid/terms#"
#define BO_NOTIFY_NS "http://www.w3.org/ns/solid/notifications#"
#define BO_SEMAPPS_NS "http://semapps.org/ns/core#"
#define BO_OG_NS "http://virtual-assembly.org/ontologies/organigraph#"
#define BO_SD_NS "http://www.w3.org/ns/sparql-service-description#"
#define BO_FORMATS_NS "http://www.w3.org/ns/formats/"

enum bo_namespace {
#define BO_NS(name, prefix, iri) BO_NS_##name,
#include "rdf/vocab.def"
    BO_NS_COUNT
};

typedef struct bo_vocab_ns {
    bo_str prefix, iri;
} bo_vocab_ns;
extern const bo_vocab_ns bo_vocab_namespaces[BO_NS_COUNT];

#define BO_NAME(constant, ns, local) extern const bo_str BO_##constant;
#include "rdf/vocab.def"

/* "pair:label" -> its IRI, and an IRI -> "pair:label", in the arena; BO_STR_NONE when no namespace fits. */
bo_str bo_vocab_expand(bo_str prefixed, bo_arena *arena);
bo_str bo_vocab_shorten(bo_str iri, bo_arena *arena);

#endif
