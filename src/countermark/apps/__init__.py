"""The Django apps, in the order a complaint travels; a stage imports only the stages before it.

work -> parties -> rights -> listings -> complaints -> decisions -> enforcement | notifications
"""
