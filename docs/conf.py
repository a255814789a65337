"""How the documentation site is built: Sphinx reads the repository's root, so links work in both places.

`make docs` runs `sphinx-build -c docs . build/site`. Nothing in the site asks another host for anything.
"""

import sys
from pathlib import Path

from numpydoc.xref import DEFAULT_LINKS

import pellucid

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Pellucid"
author = "The Pellucid founders"
version = release = pellucid.__version__
copyright = "The Pellucid founders; Apache-2.0"  # noqa: A001

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx_copybutton",
    "public_names",
]

root_doc = "docs/index"
include_patterns = ["README.md", "docs/**", "notebooks/*.py", "CHANGELOG.md", "CONTRIBUTING.md", "domains/*/card.md"]
exclude_patterns = [
    "docs/_*",
    "docs/conf.py",
    "docs/make_reference.py",
    # Folders that are not ours to read; naming them keeps Sphinx from walking through them.
    ".*",
    "app",
    "benchmarks",
    "build",
    "dist",
    "runs",
    "src",
    "tests",
    "**/__pycache__",
]

html_theme = "furo"
html_title = f"Pellucid {release}"
html_static_path = ["_static"]
html_extra_path = ["_root"]
html_css_files = ["pellucid.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"top_of_page_buttons": []}
pygments_style = "friendly"
pygments_dark_style = "github-dark"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

# Notebooks are percent files; `make docs` runs them, tests build with `-D nb_execution_mode=off`.
nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
numpydoc_show_class_members = False
numpydoc_show_inherited_class_members = False
numpydoc_xref_param_type = True
numpydoc_xref_ignore = {"default", "of", "or", "shape", "optional", "mapping", "iterable", "to", *DEFAULT_LINKS}
default_role = "py:obj"
toc_object_entries_show_parents = "hide"
add_module_names = False
python_maximum_signature_line_length = 88
modindex_common_prefix = ["pellucid."]

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

linkcheck_ignore = [r"http://127\.0\.0\.1.*", r"http://localhost.*"]
linkcheck_timeout = 20
